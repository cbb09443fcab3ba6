import * as vscode from 'vscode';
import { MAX_SAMPLES } from '../../domain/limits';
import { isRemoteActive } from '../../domain/remote-state';
import { formatCount } from '../../text/format-count';
import { isProgram } from '../commands/register';
import { plainName } from '../format';
import { remoteOf } from '../runs/followed-run';
import { namedRun, pickRun } from '../runs/pick-run';
import { runName } from '../runs/run-item';
import { entryOutcome } from '../runs/run-view';
import type { RunEntry } from '../runs/runs-model';
import type { RunRecord } from '../../runs/store';
import type { ExtensionServices } from '../services';
import { requireTrust } from '../trust';
import { goOn, imageChoice, onCluster } from './resume';
import type { ControlResult } from './run-control';

/**
 * `VAE: Train Longer`: an ended run goes on from its last checkpoint to more samples, on the same curve. A program passes
 * `{ run, samples }`, and may say what to do about changed images as for `VAE: Resume`.
 */
export async function trainLonger(
  host: ExtensionServices,
  argument?: unknown,
): Promise<ControlResult | undefined> {
  requireTrust();
  const named = await namedRun(host, argument);
  const title = vscode.l10n.t('VAE: Train Longer');
  const nothing = vscode.l10n.t('No run can be trained longer: none has ended after a checkpoint.');
  const entry = named ?? (await pickRun(host.runs.entries.filter(hasEnded), title, nothing));
  if (!entry) return undefined;
  await entry.connection.connect();
  const { record } = entry;
  if (!record) throw new Error(whyNoRecord(entry));
  if (entryOutcome(entry) === 'running')
    throw new Error(vscode.l10n.t('This run is being trained. Stop it first, or wait for its end.'));
  if (isProgram([argument])) {
    const { samples } = argument as { readonly samples?: unknown };
    const problem = problemOf(record, typeof samples === 'number' ? samples : NaN);
    if (problem !== null) throw new Error(`samples: ${problem}`);
    const there = await onCluster(host, entry, false, argument, { samples: samples as number });
    if (there !== 'here') return there;
    return goOn(host, entry, false, {
      samples: samples as number,
      ...(await imageChoice(argument as object)),
    });
  }
  const text = await vscode.window.showInputBox({
    title: vscode.l10n.t('VAE: Train {0} Longer', runName(entry)),
    prompt: promptFor(record),
    value: formatCount(suggestedSamples(record)),
    ignoreFocusOut: true,
    validateInput: (value) => problemOf(record, parseCount(value)),
  });
  if (text === undefined) return undefined;
  const samples = parseCount(text);
  const there = await onCluster(host, entry, true, argument, { samples });
  return there === 'here' ? goOn(host, entry, true, { samples }) : there;
}

/** A run on a cluster may have ended, or been lost, before anything of it came here. */
function whyNoRecord(entry: RunEntry): string {
  const remote = remoteOf(entry);
  if (remote === null) return vscode.l10n.t('{0} cannot be read: {1}', runName(entry), entry.damage);
  const values = [runName(entry), plainName(remote.target)];
  return isRemoteActive(remote.state)
    ? vscode.l10n.t(
        'Nothing of {0} has come from {1} yet. It can be trained longer once it has ended.',
        ...values,
      )
    : vscode.l10n.t(
        'Nothing of {0} has come from {1}, so there is nothing to train longer. VAE: Resume submits it again from its beginning, with the samples that were asked for; then it can be trained longer.',
        ...values,
      );
}

function hasEnded(entry: RunEntry): boolean {
  const { record } = entry;
  return (
    record?.config.opened === undefined &&
    record !== null &&
    entryOutcome(entry) !== 'running' &&
    record.checkpoints.length > 0
  );
}

/** Training datapoints up to the newest checkpoint, from which a run goes on. */
function samplesDone({ checkpoints, config }: RunRecord): number {
  return (checkpoints.at(-1) ?? 0) * config.training.minibatch;
}

/** Twice as many as the run has done, or as it was to do if it has not come that far. */
export function suggestedSamples(record: RunRecord): number {
  const base = record.outcome === 'finished' ? samplesDone(record) : record.config.training.samples;
  return Math.min(MAX_SAMPLES, 2 * Math.max(base, 1));
}

function promptFor(record: RunRecord): string {
  const done = formatCount(samplesDone(record));
  return record.config.training.schedule === 'cosine'
    ? vscode.l10n.t(
        'Images to train on in all, counting repeats. {0} are done. The step size follows a cosine down to the new number.',
        done,
      )
    : vscode.l10n.t('Images to train on in all, counting repeats. {0} are done.', done);
}

/** Reads `2,000,000`, `2 000 000`, `2_000_000` and `2e6`; NaN for anything else. */
export function parseCount(text: string): number {
  const plain = text.trim().replace(/(?<=\d)[,_\s\u2019'](?=\d{3})/g, '');
  return /^\d+(\.\d+)?(e\+?\d+)?$/i.test(plain) ? Number(plain) : NaN;
}

/** Says why a run cannot go on to so many samples; null if it can. */
function problemOf(record: RunRecord, samples: number): string | null {
  const done = samplesDone(record);
  if (!Number.isSafeInteger(samples))
    return vscode.l10n.t('Expected a whole number, such as {0}.', formatCount(suggestedSamples(record)));
  if (samples <= done)
    return vscode.l10n.t(
      'Got {0}, expected more than the {1} that are done.',
      formatCount(samples),
      formatCount(done),
    );
  return samples > MAX_SAMPLES
    ? vscode.l10n.t('Got {0}, expected at most {1}.', formatCount(samples), formatCount(MAX_SAMPLES))
    : null;
}
