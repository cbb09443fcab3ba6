import * as z from 'zod';
import { SPLIT_NAMES } from '../../domain/split';
import { engineMethods } from '../../protocol/schemas/engine';
import { formatCount } from '../../text/format-count';
import { run as runField } from '../fields';
import { numbers, rounded } from '../pictures';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';

const { importance, limit } = engineMethods.evaluate.params.shape;

/** Measures the bound of a run on a part of its dataset. */
export const evaluateRun = defineTool({
  name: 'vae_evaluate_run',
  title: 'Evaluate Run',
  description:
    'Measures the bound on log p(x) of a run on a part of its dataset, in nats per datapoint (higher is better), with its terms, its standard error and the number of active latent dimensions; with importance, also the tighter importance-weighted bound. A training waits meanwhile.',
  access: 'read',
  input: z.strictObject({
    run: runField,
    split: z
      .enum(SPLIT_NAMES)
      .default('test')
      .describe("Part of the dataset; 'test' was not used in training."),
    importance: importance.describe('Draws per image for the importance-weighted bound; absent for none.'),
    limit: limit.describe('Evaluate this many images, spread evenly; absent for all.'),
  }),
  async run({ run: text, ...params }, { host, signal, progress }) {
    const { folder, name } = await modelRunOf(host, text);
    progress(`evaluating ${params.split}`);
    const result = await host.ask(folder, 'evaluate', params, signal);
    const { elbo, reconstruction, kl, standardError, count, split, step, seed, label } = result;
    const weighted = result.importance
      ? `, L_${result.importance.k} ${result.importance.value.toFixed(2)}`
      : '';
    return {
      text: `${name}, ${split}: bound ${elbo.toFixed(2)} nats per datapoint${weighted} (standard error ${standardError.toFixed(2)}, ${formatCount(count)} images, step ${formatCount(step)}; ${label})`,
      data: {
        ...{ run: name, split, step, count, seed, label },
        ...{
          elbo: rounded(elbo),
          reconstruction: rounded(reconstruction),
          kl: rounded(kl),
          standardError: rounded(standardError),
        },
        importance: result.importance ?? null,
        bitsPerDimension: result.bitsPerDimension ?? null,
        activeUnits: result.activeUnits ?? null,
        klPerDimension: numbers(result.klPerDimension),
      },
    };
  },
});
