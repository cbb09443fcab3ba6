import { dirname } from 'node:path';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { CheckFinding } from '../../protocol/schemas/checked';
import { exclude, excludedFile, listedBy, pathOfId } from '../../runs/excluded-images';
import { addTag, readTags } from '../../runs/tags';
import { plainName } from '../format';
import { imageActions } from '../map/image-actions';
import { announce } from '../messages';
import { givenPath } from '../commands/given-path';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { Command } from '../identifiers';
import { requireTrust } from '../trust';
import type { ImageProblems } from './image-problems';
import { FIXES, fixTitle, fixesFor } from './problem-fixes';
import type { Fix } from './problem-fixes';
import { problemText } from './problem-text';
import { localPath } from '../local-files';

const fixArgument = z
  .strictObject({
    file: givenPath,
    fix: z.enum(FIXES),
    tag: z.string().trim().min(1).max(200).optional(),
  })
  .refine(({ fix, tag }) => fix !== 'tag' || tag !== undefined, {
    ...{ path: ['tag'], message: 'expected the name of a tag' },
  });

/**
 * `VAE: Fix Problem of Image…`, for a file of the file explorer, the one that is shown, or one that is chosen: shows it with the image that
 * it repeats, excludes it from future trainings, or tags it in the run. A program passes `{ file, fix, tag }`. @returns whether it was done
 */
export async function fixProblem(problems: ImageProblems, argument?: unknown): Promise<boolean> {
  requireTrust();
  const given = isProgram([argument]) ? parseArgument(Command.fixProblem, fixArgument, argument) : null;
  const path = given ? given.file : await pathOf(problems, argument);
  if (path === undefined) return false;
  const found = problems.of(path);
  const { run } = problems;
  if (found.length === 0 || !run)
    throw new Error(
      vscode.l10n.t('{0} has no problem: switch on the setting {1} to look for some.', path, 'vae.problems'),
    );
  const fix = given ? given.fix : await askFix(found);
  const ids = [...new Set(found.map(({ id }) => id))];
  switch (fix) {
    case undefined:
      return false;
    case 'open':
      await imageActions.openAll([...new Set([path, ...othersOf(found)])]);
      return true;
    case 'exclude': {
      const paths = ids.map((id) => pathOfId(run.source, id));
      await exclude(excludedFile(dirname(run.folder)), listedBy(run.source), paths);
      announce(vscode.l10n.t('VAE: {0} is excluded from future trainings.', plainName(ids[0]!)));
      problems.settle(path);
      return true;
    }
    case 'tag': {
      const known = (await readTags(run.folder)).map(({ name }) => name);
      const tag = given ? given.tag : await imageActions.askTag(known);
      if (tag === undefined) return false;
      await addTag(run.folder, tag, ids);
      announce(vscode.l10n.t('VAE: {0} is tagged {1}.', plainName(ids[0]!), plainName(tag)));
      return true;
    }
    default:
      return fix satisfies never;
  }
}

const othersOf = (found: readonly CheckFinding[]): string[] =>
  found.flatMap(({ otherFile }) => (otherFile == null ? [] : [otherFile]));

async function pathOf(problems: ImageProblems, argument: unknown): Promise<string | undefined> {
  if (argument instanceof vscode.Uri) return localPath(argument);
  const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input as { uri?: vscode.Uri } | undefined;
  if (input?.uri && problems.of(localPath(input.uri)).length > 0) return localPath(input.uri);
  const items = problems.paths.map((path) => ({
    ...{ path, label: plainName(problems.of(path)[0]!.id) },
    description: problemText(problems.of(path)[0]!, vscode.l10n.t),
  }));
  if (items.length === 0)
    throw new Error(
      vscode.l10n.t('No image has a problem: switch on the setting {0} to look for some.', 'vae.problems'),
    );
  return (await vscode.window.showQuickPick(items, { title: vscode.l10n.t('VAE: Fix Problem of Image') }))
    ?.path;
}

async function askFix(found: readonly CheckFinding[]): Promise<Fix | undefined> {
  const items = fixesFor(found).map((fix) => ({ fix, label: fixTitle(fix) }));
  const placeHolder = found.map((finding) => problemText(finding, vscode.l10n.t)).join('; ');
  const title = vscode.l10n.t('VAE: Fix Problem of Image');
  return (await vscode.window.showQuickPick(items, { title, placeHolder }))?.fix;
}
