import * as vscode from 'vscode';
import { RpcError } from '../../protocol/rpc';
import { Disposables } from '../emitter';
import type { Disposable } from '../emitter';
import { MACHINE_COMMANDS } from '../identifiers';
import type { CommandId, ApiCommandId } from '../identifiers';
import type { Log } from '../log';
import { showError, showWarning } from '../messages';
import { NotAllowedError, requireMachine } from '../trust';

/** A command handler: arguments in, plain data out; undefined if the user dismissed a question. */
export type CommandHandler = (...args: never[]) => unknown;

/**
 * Returns whether a program called: programs pass a plain object or an array, menus pass URIs and lines of the tree, the palette
 * nothing.
 */
export function isProgram(args: readonly unknown[]): boolean {
  const [first] = args;
  if (Array.isArray(first)) return true;
  return typeof first === 'object' && first !== null && first.constructor === Object;
}

/** Registers every command. Errors are thrown to programs and shown, once, to users. */
export function registerCommands(
  table: Record<CommandId | ApiCommandId, CommandHandler>,
  log: Log,
): Disposable {
  const disposables = new Disposables();
  for (const [id, handler] of Object.entries(table)) {
    const run = async (...args: unknown[]): Promise<unknown> => {
      try {
        if (machineCommands.has(id)) requireMachine();
        return await (handler as (...args: unknown[]) => unknown)(...args);
      } catch (error) {
        log.error(`${id}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
        if (isProgram(args)) throw error;
        void tell(error, log);
        return undefined;
      }
    };
    disposables.add(vscode.commands.registerCommand(id, run));
  }
  return disposables;
}

const machineCommands: ReadonlySet<string> = new Set(MACHINE_COMMANDS);

async function tell(error: unknown, log: Log): Promise<void> {
  if (error instanceof RpcError && (error.code === 'cancelled' || error.code === 'superseded')) return;
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof NotAllowedError) {
    const actions = error.command ? [error.command.title] : [];
    const chosen = await showWarning(message, ...actions);
    if (chosen !== undefined && error.command) await vscode.commands.executeCommand(error.command.id);
    return;
  }
  const showLog = vscode.l10n.t('Show Log');
  const chosen = await showError(`VAE: ${firstLines(message)}`, showLog);
  if (chosen === showLog) log.show();
}

/** Joins the first six lines: a notification has only one line. */
const firstLines = (message: string): string => message.split('\n').slice(0, 6).join(' ');
