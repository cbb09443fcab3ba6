import * as vscode from 'vscode';
import { fileURLToPath } from 'node:url';
import { imageProblemOf } from '../../runs/image-changes';
import type { ImageProblem } from '../../runs/image-changes';
import type { ResumeChanges } from '../../runs/resume-changes';
import type { ResumeChoice } from '../clusters/resume-remote';
import { isProgram } from '../commands/register';
import { isInBrowser } from '../in-browser';
import { Command } from '../identifiers';
import { showWarning } from '../messages';
import { remoteOf } from '../runs/followed-run';
import { namedRun, pickRun } from '../runs/pick-run';
import { entryOutcome } from '../runs/run-view';
import type { RunEntry } from '../runs/runs-model';
import type { ExtensionServices } from '../services';
import { localFolders } from '../settings';
import { requireTrust } from '../trust';
import { datasetSource } from './dataset-source';
import { controlResult } from './run-control';
import type { ControlResult } from './run-control';
import { localPath } from '../local-files';

/**
 * `VAE: Resume`: continues the training of an ended run from its last checkpoint. If its images are not those of its start, asks
 * whether to go on without some or where they are; a program passes `{ run, skipChanged, data }` instead.
 * @param learningRate from here on; absent to keep the run's @throws Error if it is not a positive number
 */
export async function resume(
  host: ExtensionServices,
  argument?: unknown,
  learningRate?: unknown,
): Promise<ControlResult | undefined> {
  requireTrust();
  const rate = learningRateOf(learningRate);
  const ended = host.runs.entries.filter(
    (entry) =>
      (entry.record ?? entry.awaited) !== null &&
      ['stopped', 'failed', 'interrupted'].includes(entryOutcome(entry)),
  );
  const named = await namedRun(host, argument);
  const nothing = vscode.l10n.t('No run can be resumed: none was stopped or interrupted.');
  const entry = named ?? (await pickRun(ended, vscode.l10n.t('VAE: Resume'), nothing));
  if (!entry) return undefined;
  const asks = !isProgram([argument]);
  const there = await onCluster(host, entry, asks, argument, { learningRate: rate });
  if (there !== 'here') return there;
  return goOn(host, entry, asks, {
    ...(rate === undefined ? {} : { learningRate: rate }),
    ...(asks ? {} : await imageChoice(argument as object)),
  });
}

/**
 * Submits a run again that was trained on a cluster, if it is to go on there.
 * @param argument of a program, which may say `on`, and `confirmed: true` where a person has agreed to what is sent
 * @returns 'here' if it is to go on on this machine; undefined if the user leaves the run as it is
 */
export async function onCluster(
  host: ExtensionServices,
  entry: RunEntry,
  asks: boolean,
  argument: unknown,
  changes: Pick<ResumeChoice, 'learningRate' | 'samples'>,
): Promise<ControlResult | 'here' | undefined> {
  // In a browser, nothing connects to a cluster.
  if (isInBrowser || remoteOf(entry) === null) return 'here';
  const { goesOnThere, resumeRemote } = await import('../clusters/resume-remote');
  const isThere = await goesOnThere(entry, asks, argument);
  if (isThere === undefined) return undefined;
  if (!isThere) return 'here';
  const isConfirmed = !asks && (argument as { readonly confirmed?: unknown }).confirmed === true;
  const isSent = await resumeRemote(host, entry, { ...changes, isConfirmed });
  return isSent ? controlResult(entry.folder) : undefined;
}

/**
 * Continues the training of an ended run, and shows it.
 * @param asks whether the user is asked about images that have changed; they are an error otherwise
 * @returns undefined if the user leaves the run as it is
 */
export async function goOn(
  host: ExtensionServices,
  entry: RunEntry,
  asks: boolean,
  wanted: ResumeChanges,
): Promise<ControlResult | undefined> {
  let changes = wanted;
  await host.current.choose(entry.folder);
  host.log.info(`resuming ${entry.folder}`);
  host.showExplorer({ tab: 'train' });
  for (;;) {
    try {
      const training = await host.engines.train(entry.folder, undefined, changes);
      await training.prepared();
      break;
    } catch (error) {
      const problem = asks ? imageProblemOf((error as Error).message) : null;
      if (problem === null) throw error;
      const chosen = await askAboutImages(entry, problem);
      if (chosen === undefined) return undefined;
      changes = { ...changes, ...chosen };
    }
  }
  await host.runs.refresh();
  return controlResult(entry.folder);
}

/** The menus of VS Code pass further arguments of their own, which are no numbers. */
function learningRateOf(value: unknown): number | undefined {
  if (typeof value !== 'number') return undefined;
  if (value > 0 && Number.isFinite(value)) return value;
  throw new Error(
    vscode.l10n.t('learningRate: got {0}, expected a positive number, such as 0.001', String(value)),
  );
}

/** Reads a program's choice about images that have changed. @throws Error for values of another kind */
export async function imageChoice(argument: object): Promise<ResumeChanges> {
  const { skipChanged, data } = argument as { skipChanged?: unknown; data?: unknown };
  if (skipChanged !== undefined && typeof skipChanged !== 'boolean')
    throw new Error(
      vscode.l10n.t('skipChanged: got {0}, expected true or false', JSON.stringify(skipChanged)),
    );
  if (data !== undefined && typeof data !== 'string')
    throw new Error(vscode.l10n.t('data: got {0}, expected a path or a file: URI', JSON.stringify(data)));
  const [folder] = localFolders();
  return {
    ...(skipChanged === undefined ? {} : { skipChanged }),
    ...(data === undefined ? {} : { data: await datasetSource(data, folder && localPath(folder.uri)) }),
  };
}

/** Asks how to go on with images that have changed; undefined to leave the run as it is. */
async function askAboutImages(entry: RunEntry, problem: ImageProblem): Promise<ResumeChanges | undefined> {
  const goOn = vscode.l10n.t('Go On Without Them');
  const locate = vscode.l10n.t('Locate Images…');
  const showLog = vscode.l10n.t('Show Log');
  const text = vscode.l10n.t('VAE: the run is not resumed. {0}', problem.text);
  const chosen = await showWarning(text, ...(problem.canSkip ? [goOn] : []), locate, showLog);
  if (chosen === goOn) return { skipChanged: true };
  if (chosen === locate) return askPlace(entry);
  if (chosen === showLog) await vscode.commands.executeCommand(Command.showLog, entry.folder);
  return undefined;
}

/** Asks where the images are now. @throws Error if no dataset is there */
async function askPlace({ record }: RunEntry): Promise<ResumeChanges | undefined> {
  const source = record?.config.data.source;
  const isFile = source?.kind === 'zip' || source?.kind === 'npy';
  const [place] =
    (await vscode.window.showOpenDialog({
      ...{ canSelectFiles: source?.kind !== 'folder', canSelectFolders: !isFile, canSelectMany: false },
      title:
        source && source.kind !== 'digits'
          ? vscode.l10n.t('Where is {0} now?', fileURLToPath(source.uri))
          : vscode.l10n.t('Where are the images now?'),
      openLabel: vscode.l10n.t('Resume With These'),
    })) ?? [];
  return place && { data: await datasetSource(localPath(place), undefined) };
}
