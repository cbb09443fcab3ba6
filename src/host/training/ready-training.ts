import * as vscode from 'vscode';
import type { TrainRequest } from '../../runs/config';
import { excludedFile, listedBy, readExcluded } from '../../runs/excluded-images';
import { formatCount } from '../../text/format-count';
import { localPath } from '../local-files';
import { runsRootOf, snapshotChoice } from '../settings';
import { datasetName, datasetSource, withLabels } from './dataset-source';
import { requireWorkspace } from './launch';
import { trainRequest } from './train-choices';
import type { TrainArguments, TrainChoices } from './train-choices';

/** Converts the user's choices to arguments: what is null is left open. */
export function argumentsOf(choices: TrainChoices): TrainArguments {
  const { data, preset, seed, set, size } = choices;
  const open = { latent: choices.latent, labels: choices.labels, labelColumn: choices.labelColumn };
  const engine = { engine: choices.engine, threads: choices.threads };
  const given = Object.entries({ ...open, ...engine }).filter(([, value]) => value !== null);
  return { ...{ data, preset, seed, set, size }, ...Object.fromEntries(given) };
}

/** A training that is ready to start, here or on a cluster. */
export interface ReadyTraining {
  /** Folder of runs that it goes into. */
  readonly root: string;
  readonly name: string;
  readonly request: TrainRequest;
  /** Path of the list of the images that are left out; null if none are. */
  readonly leaveOut: string | null;
  /** Their number. */
  readonly excluded: number;
}

/**
 * Finds the images of a training, and those that were excluded earlier.
 * @param asks whether to ask about the latter; returns undefined if the user dismisses the question
 */
export async function readyTraining(
  given: TrainArguments,
  asks: boolean,
): Promise<ReadyTraining | undefined> {
  const folders = requireWorkspace();
  const base = folders[0] && localPath(folders[0].uri);
  const images = await datasetSource(given.data, base);
  const named =
    given.labels === undefined ? images : await withLabels(images, given.labels, base, given.labelColumn);
  // With several workspace folders, the run goes into the one that contains the data.
  const owner =
    named.kind === 'digits' ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(named.uri));
  const home = owner && folders.includes(owner) ? owner : folders[0]!;
  // Exclusions were chosen on the map of a run in this folder.
  const file = excludedFile(runsRootOf(home));
  const leftOut = given.leaveOut === false ? [] : await readExcluded(file, listedBy(named));
  const wanted = leftOut.length > 0 && asks ? await askLeaveOut(leftOut.length) : leftOut.length > 0;
  if (wanted === undefined) return undefined;
  const source = wanted ? { ...named, leftOut } : named;
  const request = trainRequest(source, given, snapshotChoice());
  return {
    ...{ root: runsRootOf(home), name: `${datasetName(source)}-${request.preset}`, request },
    ...{ leaveOut: wanted ? file.path : null, excluded: wanted ? leftOut.length : 0 },
  };
}

/** Asks whether to leave out excluded images; undefined if the user dismisses the question. */
async function askLeaveOut(count: number): Promise<boolean | undefined> {
  const items = [
    {
      label:
        count === 1
          ? vscode.l10n.t('Exclude 1 image')
          : vscode.l10n.t('Exclude {0} images', formatCount(count)),
      description: vscode.l10n.t('as chosen on the map; the files are not changed'),
      value: true,
    },
    { label: vscode.l10n.t('Train on all images'), value: false },
  ];
  const options = { title: vscode.l10n.t('VAE: Train'), ignoreFocusOut: true };
  return (await vscode.window.showQuickPick(items, options))?.value;
}
