import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { SubmitRequest } from '../../endpoint/submit-run';
import { submitArguments } from '../../endpoint/submit-run';
import { removeUnstartedRun } from '../../runs/remove-unstarted-run';
import { createRunFolder } from '../../runs/store';
import { parseArgument } from '../commands/parse-argument';
import { isProgram } from '../commands/register';
import { plainName } from '../format';
import { Command } from '../identifiers';
import { announce } from '../messages';
import type { ExtensionServices } from '../services';
import { requireWorkspace } from '../training/launch';
import type { TrainResult } from '../training/launch';
import { argumentsOf, readyTraining } from '../training/ready-training';
import type { ReadyTraining } from '../training/ready-training';
import { trainArgumentsSchema } from '../training/train-choices';
import type { TrainArguments } from '../training/train-choices';
import { askTrainChoices } from '../training/train-dialog';
import { localPath } from '../local-files';
import { requireLocal, requireTrust } from '../trust';
import { askPlace, askTarget } from './ask-target';
import { send } from './send';

/** Argument for programs: what `VAE: Train` takes, and where. */
const argumentSchema = trainArgumentsSchema.extend({
  /** Name of the cluster. */
  on: z.string().min(1).max(100),
  /** Where the nodes see the images, which are then not sent; `data` names a copy of them here. */
  dataOnCluster: z.string().startsWith('/').max(4096).optional(),
  /** That a person has agreed to what is sent; it is asked otherwise. */
  confirmed: z.literal(true).optional(),
});

/**
 * `VAE: Train on Cluster`: asks what `VAE: Train` asks, and for the cluster; says what is sent and how large it is, asks once, and
 * returns when it is submitted. The run is in the list from then on, and its curve and checkpoints come as they are.
 */
export async function trainOnCluster(
  host: ExtensionServices,
  argument?: unknown,
): Promise<TrainResult | undefined> {
  requireTrust();
  if (isProgram([argument])) {
    const { on, dataOnCluster, confirmed, ...given } = parseArgument(
      Command.trainOnCluster,
      argumentSchema,
      argument,
    );
    const ready = await readyTraining(given, false);
    const place = { target: on, dataOnCluster: dataOnCluster ?? null };
    return ready && submit(host, ready, given, place, confirmed === true);
  }
  let preselected: string | undefined;
  if (argument instanceof vscode.Uri) {
    requireLocal(argument);
    preselected = localPath(argument);
  }
  requireWorkspace();
  // Without a cluster, all questions would be for nothing.
  const target = await askTarget(vscode.l10n.t('VAE: Train on Cluster'), false);
  if (target == null) return undefined;
  const choices = await askTrainChoices(host, preselected);
  if (choices === undefined) return undefined;
  const given = argumentsOf(choices);
  const ready = await readyTraining(given, true);
  return ready && trainOnACluster(host, ready, given, target);
}

/** Trains on a cluster what was decided on. @param target name of the cluster; asks for it if absent */
export async function trainOnACluster(
  host: ExtensionServices,
  ready: ReadyTraining,
  given: TrainArguments,
  target?: string,
): Promise<TrainResult | undefined> {
  const title = vscode.l10n.t('VAE: Train on Cluster');
  const on = target ?? (await askTarget(title, false));
  if (on == null) return undefined;
  const dataOnCluster = ready.request.source.kind === 'digits' ? null : await askPlace(title, on);
  return dataOnCluster === undefined
    ? undefined
    : submit(host, ready, given, { target: on, dataOnCluster }, false);
}

interface Place {
  readonly target: string;
  /** Null to send the images. */
  readonly dataOnCluster: string | null;
}

async function submit(
  host: ExtensionServices,
  { root, name, request, leaveOut, excluded }: ReadyTraining,
  given: TrainArguments,
  { target, dataOnCluster }: Place,
  isConfirmed: boolean,
): Promise<TrainResult | undefined> {
  const { source, preset, seed, set } = request;
  const isSent = dataOnCluster === null;
  const labels = 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null;
  const runFolder = await createRunFolder(root, name, new Date());
  const submission: SubmitRequest = {
    ...{ on: target, runFolder, preset, seed, set, dataOnCluster },
    data: source.kind === 'digits' ? `digits:${source.count}` : fileURLToPath(source.uri),
    labels: isSent ? labels : null,
    labelColumn: isSent && labels !== null ? (given.labelColumn ?? null) : null,
    leaveOut: isSent ? leaveOut : null,
    // Those of the settings are for this machine.
    ...{ engine: given.engine ?? 'auto', threads: given.threads ?? 0 },
  };
  host.log.info(`submitting ${runFolder}: ${JSON.stringify(submission)}`);
  try {
    if (!(await send(host, { target, args: submitArguments(submission), isConfirmed }))) {
      await removeUnstartedRun(runFolder);
      return undefined;
    }
  } catch (error) {
    // A folder that says what was submitted stays: the cluster may have got it.
    await removeUnstartedRun(runFolder);
    throw error;
  } finally {
    await host.runs.refresh();
  }
  await host.current.choose(runFolder);
  host.showExplorer({ tab: 'train' });
  announce(vscode.l10n.t('The run was submitted to {0}', plainName(target)));
  return { runUri: pathToFileURL(runFolder).href, excluded: isSent ? excluded : 0 };
}
