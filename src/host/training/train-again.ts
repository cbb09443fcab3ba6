import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as vscode from 'vscode';
import { requestOfRun } from '../../runs/settings/request-of-run';
import { isProgram } from '../commands/register';
import { plainName } from '../format';
import { namedRun, pickRun } from '../runs/pick-run';
import { runName } from '../runs/run-item';
import type { RunEntry } from '../runs/runs-model';
import type { ExtensionServices } from '../services';
import { runsRoots } from '../settings';
import { requireTrust } from '../trust';
import { launch, requireWorkspace } from './launch';
import type { TrainResult } from './launch';

/**
 * `VAE: Train Again with These Settings`: a new run on the dataset of another, with its preset and settings. A program passes
 * `{ run, seed }`; without a seed it gets a new one, see `nextSeed`.
 */
export async function trainAgain(
  host: ExtensionServices,
  argument?: unknown,
): Promise<TrainResult | undefined> {
  requireTrust();
  requireWorkspace();
  const named = await namedRun(host, argument);
  const readable = host.runs.entries.filter(({ record }) => record !== null);
  const title = vscode.l10n.t('VAE: Train Again with These Settings');
  const nothing = vscode.l10n.t('This workspace has no runs yet.');
  const entry = named ?? (await pickRun(readable, title, nothing));
  if (!entry) return undefined;
  const { record } = entry;
  if (!record) throw new Error(vscode.l10n.t('{0} cannot be read: {1}', runName(entry), entry.damage));
  const { config } = record;
  const { source } = config.data;
  if (source.kind !== 'digits') await requireData(fileURLToPath(source.uri));
  const seed = isProgram([argument])
    ? seedOf(argument as object, nextSeed(entry, host.runs.entries))
    : await askSeed(config.seed, nextSeed(entry, host.runs.entries), title);
  if (seed === undefined) return undefined;
  const request = requestOfRun(config, seed);
  const roots = runsRoots();
  const root = roots.find((each) => each === dirname(entry.folder)) ?? roots[0]!;
  const runFolder = await launch(host, root, `${config.data.name}-${request.preset}`, request);
  return { runUri: runFolder, excluded: source.leftOut?.length ?? 0 };
}

/** A path with a range of numbers names several files, which only the engine knows. */
async function requireData(path: string): Promise<void> {
  if (path.includes('{') || (await stat(path).catch(() => null))) return;
  throw new Error(
    vscode.l10n.t(
      '{0}: the images of this run are not there any more. Put them back there, or train on them where they are now.',
      plainName(path),
    ),
  );
}

/** Returns the smallest seed that is larger than those of all runs on the same images with the same preset. */
export function nextSeed({ record }: RunEntry, entries: readonly RunEntry[]): number {
  const { preset, data, seed } = record!.config;
  const others = entries.flatMap(({ record: other }) =>
    other && other.config.preset === preset && other.config.data.fingerprint === data.fingerprint
      ? other.config.seed
      : [],
  );
  const largest = Math.max(seed, ...others);
  return largest < Number.MAX_SAFE_INTEGER ? largest + 1 : 0;
}

/** @throws Error unless the seed is a whole number of at least 0, or absent */
function seedOf(argument: object, otherwise: number): number {
  const { seed = otherwise } = argument as { readonly seed?: unknown };
  if (Number.isSafeInteger(seed) && (seed as number) >= 0) return seed as number;
  throw new Error(
    vscode.l10n.t(
      'seed: got {0}, expected a whole number of at least 0',
      JSON.stringify(seed) ?? String(seed),
    ),
  );
}

async function askSeed(same: number, next: number, title: string): Promise<number | undefined> {
  const items = [
    {
      label: vscode.l10n.t('New Seed'),
      description: String(next),
      detail: vscode.l10n.t('Other start values, minibatches and noise: how much does chance decide?'),
      value: next,
    },
    {
      label: vscode.l10n.t('Same Seed'),
      description: String(same),
      detail: vscode.l10n.t('Repeats the run: the same images, engine and threads give the same weights'),
      value: same,
    },
  ];
  return (await vscode.window.showQuickPick(items, { title, ignoreFocusOut: true }))?.value;
}
