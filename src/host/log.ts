import type * as vscode from 'vscode';
import { visibleText } from '../text/visible-text';

/** The extension's output channel. Each entry is one line, whatever its text quotes. */
export class Log {
  constructor(private readonly channel: vscode.LogOutputChannel) {}

  info(entry: string): void {
    this.channel.info(visibleText(entry));
  }

  warn(entry: string): void {
    this.channel.warn(visibleText(entry));
  }

  error(entry: string): void {
    this.channel.error(visibleText(entry));
  }

  show(): void {
    this.channel.show();
  }

  dispose(): void {
    this.channel.dispose();
  }
}
