import * as vscode from 'vscode';
import * as z from 'zod';
import { MAX_RUN_TAG, MAX_RUN_TAGS, tagsIn } from '../../domain/run-about';
import { Command } from '../identifiers';
import { plainName } from '../format';
import { announce } from '../messages';
import type { ExtensionServices } from '../services';
import { chosenRun } from './pick-run';
import { runName } from './run-item';
import type { RunEntry } from './runs-model';
import { given, writeAbout } from './write-about';
import type { AboutResult } from './write-about';
import { formatCount } from '../../text/format-count';

const tagArgument = z.strictObject({ run: z.unknown().optional(), tags: z.array(z.string()).optional() });

/** Tags in use that are named when tags are asked for. */
const MAX_NAMED = 8;

/** `VAE: Edit Tags of Run`; a program passes `{ run, tags }`, all of them. */
export async function tagRun(host: ExtensionServices, argument?: unknown): Promise<AboutResult | undefined> {
  const entry = await chosenRun(host, argument, vscode.l10n.t('VAE: Edit Tags of Run'));
  if (!entry) return undefined;
  const shown = entry.record?.about.tags ?? [];
  const texts = given(Command.tagRun, tagArgument, argument)?.tags ?? (await askTags(host, entry, shown));
  if (texts === undefined) return undefined;
  const wanted = tagsIn(...texts);
  const result = await writeAbout(host, entry, ({ tags }) => ({
    // Another window may have added some since the question.
    tags: [...wanted, ...tags.filter((tag) => !shown.includes(tag) && !wanted.includes(tag))],
  }));
  announce(
    result.tags.length === 0
      ? vscode.l10n.t('VAE: {0} has no tags.', runName(entry))
      : vscode.l10n.t('VAE: {0} is tagged {1}.', runName(entry), result.tags.join(', ')),
  );
  return result;
}

async function askTags(
  host: ExtensionServices,
  entry: RunEntry,
  shown: readonly string[],
): Promise<string[] | undefined> {
  const inUse = tagsIn(...host.runs.entries.flatMap(({ record }) => record?.about.tags ?? []))
    .filter((tag) => !shown.includes(tag))
    .slice(0, MAX_NAMED);
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Edit Tags of {0}', runName(entry)),
    value: shown.join(', '),
    placeHolder: vscode.l10n.t('baseline, small model'),
    prompt:
      inUse.length === 0
        ? vscode.l10n.t('Tags, separated by commas')
        : vscode.l10n.t('Tags, separated by commas; in use: {0}', inUse.map(plainName).join(', ')),
    validateInput: (typed) => problemWith(tagsIn(typed)),
  });
  return text === undefined ? undefined : [text];
}

function problemWith(tags: readonly string[]): string | undefined {
  if (tags.length > MAX_RUN_TAGS)
    return vscode.l10n.t('{0} tags, expected at most {1}', tags.length, MAX_RUN_TAGS);
  const long = tags.find((tag) => tag.length > MAX_RUN_TAG);
  return (
    long &&
    vscode.l10n.t(
      'A tag of {0} characters, expected at most {1}',
      formatCount(long.length),
      formatCount(MAX_RUN_TAG),
    )
  );
}
