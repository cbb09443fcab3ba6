import { basename, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as vscode from 'vscode';
import * as z from 'zod';
import type { SweepRequest } from '../../endpoint/start-sweep';
import { MAX_TRIALS } from '../../domain/sweep';
import type { SweepCostLine, SweepPlan } from '../../protocol/schemas/sweep-line';
import { PRESET_NAMES } from '../../runs/config';
import { excludedFile, listedBy, readExcluded } from '../../runs/excluded-images';
import { formatCount } from '../../text/format-count';
import { isProgram } from '../commands/register';
import { parseArgument } from '../commands/parse-argument';
import { formatSeconds } from '../format';
import { Command } from '../identifiers';
import { agree } from '../messages';
import type { ExtensionServices } from '../services';
import { engineChoice, runsRootOf } from '../settings';
import { datasetName, datasetSource, withLabels } from '../training/dataset-source';
import { askDatasetAndPreset } from '../training/train-dialog';
import { requireWorkspace } from '../training/launch';
import { requireLocal, requireTrust } from '../trust';
import { askPlace } from '../clusters/ask-target';
import { askSweep, NO_CHOICES } from './ask-sweep';
import { submitSweep } from './remote-sweeps';
import { localPath } from '../local-files';

/** Argument of `vae.sweep` for programs: starts a sweep without asking. */
const argumentsSchema = z.strictObject({
  data: z.string().min(1).max(4096),
  preset: z.enum(PRESET_NAMES).default('fast'),
  seed: z.int().min(0).default(0),
  /** Values by setting, as `vae sweep --set` takes them: `{ latent: '8,16,32' }`. */
  set: z.record(z.string().max(100), z.string().max(1000)),
  /** Number of trials that are drawn by chance; absent for all combinations. */
  trials: z.int().min(1).max(MAX_TRIALS).optional(),
  stopsEarly: z.boolean().default(false),
  parallel: z.int().min(1).max(1024).default(1),
  /** Path of a table with the labels of the images, and the name of its column. */
  labels: z.string().min(1).max(4096).nullable().default(null),
  labelColumn: z.string().max(1000).nullable().default(null),
  /** Name of the cluster; absent for this machine. */
  on: z.string().min(1).max(100).nullable().default(null),
  /** With `on`: where the nodes see the images, which are then not sent. */
  dataOnCluster: z.string().startsWith('/').max(4096).nullable().default(null),
  /** With `on`: whether `trials` are chosen from the results of earlier ones. */
  isGuided: z.boolean().default(false),
  /** With `on`: that a person has agreed to what is sent; it is asked otherwise. */
  confirmed: z.literal(true).optional(),
  /** Whether to leave out images that were excluded on the map. */
  leaveOut: z.boolean().default(true),
});
type SweepArguments = z.infer<typeof argumentsSchema>;

interface SweepResult {
  readonly sweepUri: string;
}

/**
 * `VAE: Sweep`: trains runs with several values of settings. From the palette it asks everything; with an object it asks nothing.
 * The sweep goes on when the window is closed.
 */
export async function sweep(host: ExtensionServices, argument?: unknown): Promise<SweepResult | undefined> {
  requireTrust();
  if (isProgram([argument]))
    return start(host, parseArgument(Command.sweep, argumentsSchema, argument), false);
  let preselected: string | undefined;
  if (argument instanceof vscode.Uri) {
    requireLocal(argument);
    preselected = localPath(argument);
  }
  requireWorkspace();
  const chosen = await askDatasetAndPreset(host, vscode.l10n.t('VAE: Sweep'), preselected);
  if (!chosen) return undefined;
  const source = await datasetSource(chosen.data, undefined);
  const choices = await askSweep(chosen.preset, source, NO_CHOICES);
  if (!choices) return undefined;
  const { trials, on, ...rest } = choices;
  const dataOnCluster =
    on === null || source.kind === 'digits' ? null : await askPlace(vscode.l10n.t('VAE: Sweep'), on);
  if (dataOnCluster === undefined) return undefined;
  return start(
    host,
    {
      ...{ ...chosen, seed: 0, leaveOut: true, on, dataOnCluster, ...rest },
      ...(trials === null ? {} : { trials }),
    },
    true,
  );
}

/** Plans a sweep, asks about it if wanted, and starts it. @returns undefined if the user declines */
async function start(
  host: ExtensionServices,
  { leaveOut, trials, data, on, dataOnCluster, confirmed, labels, labelColumn, ...given }: SweepArguments,
  asks: boolean,
): Promise<SweepResult | undefined> {
  const folders = requireWorkspace();
  const base = folders[0] && localPath(folders[0].uri);
  const images = await datasetSource(data, base);
  const source = labels === null ? images : await withLabels(images, labels, base);
  // With several workspace folders, the sweep goes into the one that contains the data.
  const owner =
    source.kind === 'digits' ? undefined : vscode.workspace.getWorkspaceFolder(vscode.Uri.parse(source.uri));
  const home = owner && folders.includes(owner) ? owner : folders[0]!;
  const runsRoot = runsRootOf(home);
  const file = excludedFile(runsRoot);
  const leftOut = leaveOut ? await readExcluded(file, listedBy(source)) : [];
  const now = new Date();
  const request: SweepRequest = {
    ...{ ...given, trials: trials ?? null, runsRoot, labelColumn },
    // Those of the settings are for this machine.
    ...(on === null ? engineChoice() : { engine: 'auto', threads: 0 }),
    labels: 'labels' in source && source.labels !== undefined ? fileURLToPath(source.labels) : null,
    on: on === null ? null : { target: on, data: dataOnCluster },
    data: source.kind === 'digits' ? data : fileURLToPath(source.uri),
    name: sweepName(datasetName(source), now),
    leaveOut: leftOut.length > 0 ? file.path : null,
  };
  const folder = join(runsRoot, '..', 'sweeps', request.name);
  host.log.info(`sweep in ${folder}: ${JSON.stringify(request)}`);
  if (on !== null) {
    if (!(await submitSweep(host, request, folder, on, confirmed === true))) return undefined;
  } else {
    if (asks && !(await isWanted(host, request))) return undefined;
    await host.startSweep(request, folder);
  }
  await host.sweeps.refresh();
  host.showSweep(folder);
  return { sweepUri: pathToFileURL(folder).href };
}

/** Names a sweep after the time and its dataset, as runs are named. */
export function sweepName(dataset: string, now: Date): string {
  const stamp = now.toISOString().slice(0, 19).replace(/[-:]/g, '').replace('T', '-');
  const name = basename(dataset)
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40);
  return `${stamp}-${name || 'sweep'}`;
}

/** Plans a sweep with a progress notification, says what it takes, and asks once; false if the user cancels or declines. */
async function isWanted(host: ExtensionServices, request: SweepRequest): Promise<boolean> {
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t('VAE: Planning the sweep'),
    cancellable: true,
  };
  let plan: SweepPlan | undefined;
  let cost: SweepCostLine | undefined;
  const isDone = await vscode.window.withProgress(options, async (_, token) => {
    const cancel = new AbortController();
    const listener = token.onCancellationRequested(() => cancel.abort());
    try {
      await host.planSweep(request, cancel.signal, (line) => {
        if (line.type === 'plan') plan = line;
        else cost = line;
      });
      return true;
    } catch (error) {
      if (cancel.signal.aborted) return false;
      throw error;
    } finally {
      listener.dispose();
    }
  });
  if (!isDone || plan === undefined) return false;
  const count = plan.trials.length;
  const question =
    count === 1 ? vscode.l10n.t('Train 1 run?') : vscode.l10n.t('Train {0} runs?', formatCount(count));
  return agree(question, costText(plan, cost), vscode.l10n.t('Train'));
}

/** Says what a sweep takes, a sentence a line. */
export function costText({ stopping }: SweepPlan, cost: SweepCostLine | undefined): string {
  const early =
    stopping === null
      ? []
      : [
          vscode.l10n.t(
            'Trials stop early: at {0} samples, the best 1 of {1} goes on.',
            stopping.rungs.map(formatCount).join(', '),
            stopping.reduction,
          ),
        ];
  const measured =
    cost === undefined
      ? []
      : [
          vscode.l10n.t('About {0} on this machine.', formatSeconds(cost.seconds)),
          vscode.l10n.t(
            'About {0} MB for checkpoints and snapshots.',
            formatCount(Math.ceil(cost.bytes / 1e6)),
          ),
        ];
  return [...measured, ...early, vscode.l10n.t('Training goes on when this window is closed.')].join('\n');
}
