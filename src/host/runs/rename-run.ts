import { basename } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import { MAX_RUN_NAME, oneLine } from '../../domain/run-about';
import { Command } from '../identifiers';
import { announce } from '../messages';
import type { ExtensionServices } from '../services';
import { chosenRun } from './pick-run';
import { givenName, runName } from './run-item';
import type { RunEntry } from './runs-model';
import { given, writeAbout } from './write-about';
import type { AboutResult } from './write-about';
import { formatCount } from '../../text/format-count';

const renameArgument = z.strictObject({ run: z.unknown().optional(), name: z.string().optional() });

/**
 * `VAE: Rename Run`: gives a run another name; its folder and config.json stay as they are. An empty name is that of the folder. A
 * program passes `{ run, name }`.
 */
export async function renameRun(
  host: ExtensionServices,
  argument?: unknown,
): Promise<AboutResult | undefined> {
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Rename Run'));
  if (!entry) return undefined;
  const name = given(Command.renameRun, renameArgument, argument)?.name ?? (await askName(host, entry));
  if (name === undefined) return undefined;
  const before = runName(entry);
  const result = await writeAbout(host, entry, () => ({ name: oneLine(name) }));
  announce(vscode.l10n.t('VAE: {0} is now named {1}.', before, result.name || basename(entry.folder)));
  return result;
}

function askName(host: ExtensionServices, entry: RunEntry): Thenable<string | undefined> {
  const others = new Set(
    host.runs.entries.filter((each) => each.folder !== entry.folder).map(({ record }) => givenName(record)),
  );
  return vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Rename Run'),
    value: givenName(entry.record) ?? '',
    prompt: vscode.l10n.t('The folder {0} keeps its name; empty to show that name', basename(entry.folder)),
    validateInput: (text) => remarkOn(oneLine(text), others),
  });
}

function remarkOn(
  name: string,
  others: ReadonlySet<string | undefined>,
): string | vscode.InputBoxValidationMessage | undefined {
  if (name.length > MAX_RUN_NAME)
    return vscode.l10n.t(
      '{0} characters, expected at most {1}',
      formatCount(name.length),
      formatCount(MAX_RUN_NAME),
    );
  if (!others.has(name)) return undefined;
  const message = vscode.l10n.t('Another run has this name, too.');
  return { message, severity: vscode.InputBoxValidationSeverity.Warning };
}
