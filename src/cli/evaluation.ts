import type { Dataset, Split } from '../datasets/dataset';
import { evaluateRows } from '../model/bounds';
import type { BoundSummary } from '../domain/metrics';
import type { EvaluationNoise } from '../model/bounds';
import { evaluateModel } from '../model/evaluation';
import type { EvaluationOptions, EvaluationProgress, ModelEvaluation } from '../model/evaluation';
import type { Model } from '../model/model';
import { boundLabel } from '../runs/bound-label';
import { requireTrained } from '../runs/require-trained';
import { CliError, EXIT } from './exit';
import { formatCount } from '../text/format-count';
import { formatBound } from './format';
import { watchInterrupts } from './interrupt';
import type { CliOutput } from './output';
import type { SplitName } from '../domain/split';

/** A bound with the conditions it was measured under. */
export interface LabelledBound extends BoundSummary, EvaluationNoise {
  readonly split: SplitName | 'all';
  readonly step: number;
  readonly label: string;
}

/** Evaluates one split, with a progress line. */
export async function evaluateSplit(
  model: Model,
  dataset: Dataset,
  parts: Split,
  split: SplitName | 'all',
  noise: EvaluationNoise,
  output: CliOutput,
): Promise<LabelledBound> {
  requireTrained(model.config, 'evaluated');
  const rows = split === 'all' ? Uint32Array.from({ length: dataset.count }, (_, i) => i) : parts[split];
  const batches = evaluateRows(model.session, model.config.model.latent, dataset, rows, noise);
  for (;;) {
    const next = await batches.next();
    if (next.done) {
      output.progress('');
      return { ...next.value, ...noise, split, step: model.step, label: boundLabel(model.config) };
    }
    output.progress(`${split}: ${formatCount(next.value.done)} of ${formatCount(rows.length)} images`);
  }
}

const PARTS: Readonly<Record<EvaluationProgress['part'], string>> = {
  bound: 'bound',
  posterior: 'posterior means',
  importance: 'importance weights',
};

/** Measures the bound and related quantities of some images, with a progress line. @throws CliError on Ctrl-C */
export async function evaluateImages(
  model: Model,
  dataset: Dataset,
  rows: Uint32Array,
  options: EvaluationOptions,
  output: CliOutput,
): Promise<ModelEvaluation> {
  return withProgress(
    evaluateModel(model, dataset, rows, options),
    ({ part, done, total }) => `${PARTS[part]}: ${formatCount(done)} of ${formatCount(total)}`,
    output,
  );
}

/** Calls `use` with a signal that the first Ctrl-C aborts, with a CliError that says that nothing was written. */
export async function untilInterrupted<T>(use: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const stop = new AbortController();
  const onFirst = (): void =>
    stop.abort(new CliError('interrupted', 'interrupted; nothing was written', EXIT.interrupted));
  const interrupts = watchInterrupts({ onFirst });
  try {
    return await use(stop.signal);
  } finally {
    interrupts.dispose();
  }
}

/** Runs an evaluation and returns its result, with a progress line. @throws CliError on Ctrl-C */
export async function withProgress<S, R>(
  steps: AsyncGenerator<S, R>,
  say: (step: S) => string,
  output: CliOutput,
): Promise<R> {
  const interrupts = watchInterrupts({ onFirst: () => undefined });
  try {
    for (;;) {
      const next = await steps.next();
      if (next.done) return next.value;
      const text = say(next.value);
      output.progress(text);
      // Yield to the event loop: signals are delivered only between engine calls.
      await new Promise((resolve) => setImmediate(resolve));
      if (interrupts.signal.aborted) {
        throw new CliError('interrupted', `interrupted at ${text}; nothing was written`, EXIT.interrupted);
      }
    }
  } finally {
    interrupts.dispose();
    output.progress('');
  }
}

/** Returns the --json fields: everything except the KL per dimension. */
export function boundFields(bound: LabelledBound) {
  const { elbo, reconstruction, kl, standardError, count, split, step, seed, draws, label } = bound;
  return { elbo, reconstruction, kl, standardError, count, split, step, seed, draws, label };
}

/** Formats the bound with its terms, standard error and number of images. */
export function boundText(bound: LabelledBound): string {
  const error = `standard error ${bound.standardError.toFixed(2)}`;
  return `${bound.split} bound ${formatBound(bound)} nats per datapoint (${error}, ${formatCount(bound.count)} images)`;
}
