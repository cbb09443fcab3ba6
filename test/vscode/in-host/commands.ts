import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import type { PlainImageCard } from '../../../src/host/encode/encode';
import type { InterpolationResult } from '../../../src/host/interpolation/interpolate';
import type { EncodeFailure } from '../../../src/protocol/engine';
import type { MetricRow } from '../../../src/domain/metrics';
import { readMetrics } from '../../../src/runs/metrics';

export type Card = PlainImageCard | EncodeFailure;
export type Interpolated = InterpolationResult;
export interface RunResult {
  readonly runUri: string;
}

/** As a program does: with an argument object. @throws what the command throws, and when it gives nothing back */
export async function execute<T = unknown>(command: string, argument: object): Promise<T> {
  const result = await vscode.commands.executeCommand<T | undefined>(command, argument);
  if (result === undefined) throw new Error(`${command} gave no result`);
  return result;
}

export function workspaceFolder(): string {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  if (!folder) throw new Error('the window has no folder');
  return folder.uri.fsPath;
}

export const runFolder = (runUri: string): string => fileURLToPath(runUri);

/** A picture of each of the digits 0 to 3. */
export const pictures = (): string[] =>
  [0, 1, 2, 3].map((digit) => join(workspaceFolder(), 'samples', `${digit}.png`));

export const rowsOf = (folder: string): Promise<readonly MetricRow[]> => readMetrics(folder).catch(() => []);
