import { NO_WEIGHT } from '../../vae/importance';
import type { VaeConfig } from '../../vae/config';
import { parameterShapes } from '../../vae/parameters';
import { encodeGraph, importanceGraph } from '../programs';
import { scaled } from './function-model';
import { GraphBuilder } from './graph-builder';
import { lower } from './lower';
import type { OnnxGraph, OnnxModel, OnnxValue } from './model';

/** Names of the model's inputs and outputs, apart from the parameters. */
export const importanceNames = {
  draws: 'draws',
  x: 'x',
  /** [batch, draws, Nz] */
  noise: 'noise',
  maximum: 'maximum',
  sum: 'sum',
} as const;

const perImage = (name: string): OnnxValue => ({ name, type: 'float32', dims: ['batch'] });

/**
 * Builds the graph of draw `i`, which reads images, posterior, noise and parameters from the enclosing graph.
 * @param around names of these
 */
function loopBody(model: VaeConfig, around: Readonly<Record<string, string>>): OnnxGraph {
  const builder = new GraphBuilder('d');
  const running = { maximum: 'draw/maximum', sum: 'draw/sum' };
  const epsilon = builder.add('Gather', [importanceNames.noise, 'i'], { axis: { int: 1 } });
  const next = lower(importanceGraph(model), builder, { ...around, ...running, epsilon });
  builder.add('Identity', ['go_on'], {}, 'goes_on');
  return builder.build({
    name: 'draw',
    inputs: [
      { name: 'i', type: 'int64', dims: [] },
      { name: 'go_on', type: 'bool', dims: [] },
      perImage(running.maximum),
      perImage(running.sum),
    ],
    outputs: [
      { name: 'goes_on', type: 'bool', dims: [] },
      perImage(next['maximum']!),
      perImage(next['sum']!),
    ],
  });
}

/** Builds the model that sums each image's importance weights over a block of draws, in a loop. */
export function importanceModel(model: VaeConfig): OnnxModel {
  const { draws, x, noise, maximum, sum } = importanceNames;
  const builder = new GraphBuilder('w');
  const shapes = Object.entries(parameterShapes(model));
  const parameters = Object.fromEntries(shapes.map(([name]) => [name, name]));
  const image = scaled(builder, x);
  const posterior = lower(encodeGraph(model), builder, { ...parameters, x: image });
  const batch = builder.add('Gather', [builder.add('Shape', [x]), builder.integers([0])]);
  const start = (value: number): string => builder.add('Expand', [builder.number(value), batch]);
  const around = {
    ...parameters,
    x: image,
    mean: posterior['mean']!,
    logVariance: posterior['logVariance']!,
  };
  builder.addNode({
    operator: 'Loop',
    inputs: [draws, '', start(NO_WEIGHT), start(0)],
    outputs: [maximum, sum],
    attributes: { body: { graph: loopBody(model, around) } },
  });
  return {
    graph: builder.build({
      name: 'importance',
      inputs: [
        { name: draws, type: 'int64', dims: [] },
        { name: x, type: 'uint8', dims: ['batch', model.inputSize] },
        { name: noise, type: 'float32', dims: ['batch', 'draws', model.latent] },
        ...shapes.map(([name, dims]): OnnxValue => ({ name, type: 'float32', dims })),
      ],
      outputs: [perImage(maximum), perImage(sum)],
    }),
  };
}
