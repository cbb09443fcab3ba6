import * as vscode from 'vscode';
import * as z from 'zod';
import type { SweepView } from '../../domain/sweep';
import type { ExtensionServices } from '../services';
import { isProgram } from '../commands/register';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { Command } from '../identifiers';
import type { CommandId } from '../identifiers';
import { announce } from '../messages';
import { plainName } from '../format';
import { requireMachine, requireTrust } from '../trust';
import { goOnThere } from './remote-sweeps';
import { SweepLine } from '../runs/tree-lines';
import type { SweepEntry } from './sweeps-model';

/** Argument for programs: the URI, or the path, of a sweep's folder. */
const argumentSchema = z.strictObject({ sweep: givenPath });

/** Shows the page of a sweep. */
export async function openSweep(host: ExtensionServices, argument?: unknown): Promise<void> {
  const entry = await chosenSweep(host, argument, Command.openSweep, () => true);
  if (!entry) return;
  if ('damage' in entry.sweep) throw new Error(entry.sweep.damage);
  host.showSweep(entry.sweep.folder);
}

/** Stops a sweep; its trials stop at checkpoints. */
export async function stopSweep(host: ExtensionServices, argument?: unknown): Promise<void> {
  const entry = await chosenSweep(host, argument, Command.stopSweep, isRunning);
  if (!entry) return;
  const { folder, name } = entry.sweep;
  if (!isRunning(entry)) throw new Error(vscode.l10n.t('{0} is not being trained.', plainName(name)));
  const { requestStop } = await import('../../sweeps/stop-request');
  await requestStop(folder);
  announce(vscode.l10n.t('VAE: {0} stops once its trials have written checkpoints', plainName(name)));
}

/** Goes on with a sweep that was stopped or interrupted. */
export async function continueSweep(host: ExtensionServices, argument?: unknown): Promise<void> {
  requireTrust();
  const entry = await chosenSweep(host, argument, Command.continueSweep, mayGoOn);
  if (!entry) return;
  const { folder, name } = entry.sweep;
  if (!mayGoOn(entry)) throw new Error(vscode.l10n.t('{0} is being trained, or has ended.', plainName(name)));
  const { target } = entry.sweep as SweepView;
  if (target === null) await host.goOnWithSweep(folder);
  else {
    requireMachine();
    if (!(await goOnThere(host, folder, target))) return;
  }
  host.showSweep(folder);
  await host.sweeps.refresh();
}

const isRunning = ({ sweep }: SweepEntry): boolean => 'state' in sweep && sweep.state === 'running';
const mayGoOn = ({ sweep }: SweepEntry): boolean =>
  'state' in sweep && (sweep.state === 'stopped' || sweep.state === 'interrupted');

/** Returns the sweep that was clicked, or that a program names, or that the user picks; undefined if the user picks none. */
async function chosenSweep(
  host: ExtensionServices,
  argument: unknown,
  command: CommandId,
  isMeant: (entry: SweepEntry) => boolean,
): Promise<SweepEntry | undefined> {
  await host.sweeps.refresh();
  if (argument instanceof SweepLine) return host.sweeps.find(argument.folder);
  if (isProgram([argument])) {
    const { sweep } = parseArgument(command, argumentSchema, argument);
    const entry = host.sweeps.find(sweep);
    if (entry) return entry;
    throw new Error(vscode.l10n.t('{0}: this window has no such sweep.', plainName(sweep)));
  }
  const meant = host.sweeps.entries.filter(isMeant);
  if (meant.length === 0) throw new Error(vscode.l10n.t('This workspace has no such sweep.'));
  const items = meant.map((entry) => ({ label: plainName(entry.sweep.name), entry }));
  const picked = await vscode.window.showQuickPick(items, { title: vscode.l10n.t('VAE: Sweeps') });
  return picked?.entry;
}
