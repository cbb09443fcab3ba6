import * as vscode from 'vscode';
import * as z from 'zod';
import { Command } from '../identifiers';
import { announce } from '../messages';
import type { ExtensionServices } from '../services';
import { notesUri } from './notes-documents';
import { chosenRun } from './pick-run';
import { runName } from './run-item';
import { given, writeAbout } from './write-about';
import type { AboutResult } from './write-about';

const notesArgument = z.strictObject({ run: z.unknown().optional(), notes: z.string().optional() });

/** `VAE: Edit Notes of Run`: opens the notes in an editor, which saves them; a program passes `{ run, notes }`. */
export async function editNotes(
  host: ExtensionServices,
  argument?: unknown,
): Promise<AboutResult | { readonly uri: string } | undefined> {
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Edit Notes of Run'));
  if (!entry) return undefined;
  const notes = given(Command.editNotes, notesArgument, argument)?.notes;
  if (notes !== undefined) {
    const result = await writeAbout(host, entry, () => ({ notes }));
    announce(vscode.l10n.t('VAE: the notes of {0} are saved.', runName(entry)));
    return result;
  }
  const uri = notesUri(entry.folder);
  await vscode.window.showTextDocument(uri, { preview: false });
  return { uri: uri.toString() };
}
