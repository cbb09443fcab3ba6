import * as vscode from 'vscode';
import type { PlanLine } from '../../protocol/schemas/plan-line';
import { formatCount } from '../../text/format-count';
import { datasetPath } from '../../tools/datasets/dataset-path';
import { errorText } from '../../tools/call-tool';
import { trainInput } from '../../tools/runs/train-model';
import { formatSeconds } from '../format';
import type { ExtensionServices } from '../services';
import { abortOf } from './abort-of';
import { windowToolHost } from './window-tool-host';

/** How long to measure and look for, in ms: a question that comes late is not answered. */
const PLAN_TIMEOUT_MS = 20_000;

/** Says what would be trained, where, and for how long. Starts nothing but the measurement. */
export async function trainingQuestion(
  host: ExtensionServices,
  input: unknown,
  token: vscode.CancellationToken,
): Promise<string[]> {
  const parsed = trainInput.safeParse(input);
  // The tool itself says what is wrong.
  if (!parsed.success) return [JSON.stringify(input)];
  const { data, preset, samples, latent, set } = parsed.data;
  const settings: Record<string, string> = {
    ...set,
    ...(samples === undefined ? {} : { 'training.samples': String(samples) }),
    ...(latent === undefined ? {} : { latent: String(latent) }),
  };
  const lines: PlanLine[] = [];
  let problem = '';
  const { signal, dispose } = abortOf(token);
  try {
    const tools = windowToolHost(host);
    const request = { data: await datasetPath(tools, data), preset, set: settings };
    const limit = AbortSignal.any([signal, AbortSignal.timeout(PLAN_TIMEOUT_MS)]);
    if (vscode.workspace.isTrusted) await host.planTraining(request, limit, (line) => lines.push(line));
  } catch (error) {
    if (!(error instanceof Error) || !/abort|timeout/i.test(error.name)) problem = errorText(error);
  } finally {
    dispose();
  }
  return questionOf(data, preset, settings, lines, problem);
}

function questionOf(
  data: string,
  preset: string,
  settings: Readonly<Record<string, string>>,
  lines: readonly PlanLine[],
  problem: string,
): string[] {
  const dataset = lines.find((line) => line.type === 'dataset');
  const plan = lines.find((line) => line.type === 'preset');
  const time = lines.find((line) => line.type === 'time');
  const given = Object.entries(settings).map(([key, value]) => `${key}=${value}`);
  return [
    dataset
      ? vscode.l10n.t('Trains on {0}: {1} images', data, formatCount(dataset.images))
      : vscode.l10n.t('Trains on {0}', data),
    vscode.l10n.t('Settings: {0}', [preset, ...given].join(', ')),
    vscode.l10n.t('Writes a new run folder beside the other runs; the images are only read'),
    time
      ? vscode.l10n.t(
          'Takes about {0} on this machine, and can be stopped at any time',
          formatSeconds(time.seconds),
        )
      : vscode.l10n.t('How long it takes could not be measured; it can be stopped at any time'),
    ...(plan && plan.problem !== '' ? [vscode.l10n.t('It will fail: {0}', plan.problem)] : []),
    ...(problem === '' ? [] : [vscode.l10n.t('It will fail: {0}', problem)]),
  ];
}
