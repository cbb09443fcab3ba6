import type { Tensor, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import { bfloat16Products } from '../trace/bfloat16-products';
import type { Graph } from '../trace/graph';
import { trace } from '../trace/trace';
import type { TraceInput } from '../trace/trace';
import type { TrainingConfig, VaeConfig } from '../vae/config';
import { decode } from '../vae/decoder';
import { boundTerms } from '../vae/elbo';
import { encode } from '../vae/encoder';
import { addWeight, logWeight } from '../vae/importance';
import { LATENT_LAYERS } from '../vae/layers';
import { likelihoodOf } from '../vae/likelihood';
import { optimizerFor } from '../vae/optimizer';
import { parameterShapes, weightOf } from '../vae/parameters';
import type { Parameters } from '../vae/parameters';
import { stateShapes } from '../vae/state';
import { applyGradients, estimate } from '../vae/step';
import type { StepNoise } from '../vae/step';
import { noiseInputs } from './noise';

type Tensors = Readonly<Record<string, Tensor>>;

function parameterInputs(model: VaeConfig): TraceInput[] {
  return Object.entries(parameterShapes(model)).map(([name, shape]) => ({ name, shape }));
}

function parametersOf(model: VaeConfig, tensors: Tensors): Parameters<Tensor> {
  return Object.fromEntries(Object.keys(parameterShapes(model)).map((name) => [name, tensors[name]!]));
}

/**
 * Traces x [batch, D] in [0, 1] -> mean, logVariance [batch, Nz]. All graphs here also take the parameters as inputs, by name.
 */
export function encodeGraph(model: VaeConfig): Graph {
  return trace([...parameterInputs(model), { name: 'x', shape: ['batch', model.inputSize] }], (tensors) => ({
    ...encode(model, parametersOf(model, tensors), tensors['x'] as Tensor2D),
  }));
}

/** Traces z [batch, Nz] -> mean [batch, D] and the parameters of p(x|z), e.g. logits, each [batch, D]. */
export function decodeGraph(model: VaeConfig): Graph {
  return trace([...parameterInputs(model), { name: 'z', shape: ['batch', model.latent] }], (tensors) => {
    const decoded = decode(model, parametersOf(model, tensors), tensors['z'] as Tensor2D);
    const likelihood = likelihoodOf(model);
    return { ...likelihood.parameters(decoded), mean: likelihood.mean(decoded) };
  });
}

/** Traces x [batch, D], epsilon [batch, Nz] -> reconstruction [batch], klPerDimension [batch, Nz], for one draw. */
export function evaluateGraph(model: VaeConfig): Graph {
  return trace(
    [
      ...parameterInputs(model),
      { name: 'x', shape: ['batch', model.inputSize] },
      { name: 'epsilon', shape: ['batch', model.latent] },
    ],
    (tensors) => ({
      ...boundTerms(
        model,
        parametersOf(model, tensors),
        tensors['x'] as Tensor2D,
        tensors['epsilon'] as Tensor2D,
      ),
    }),
  );
}

/** Returns the inputs of a training step: the minibatch and its noise. */
function stepInputs(model: VaeConfig, training: TrainingConfig): TraceInput[] {
  const { minibatch, draws } = training;
  return [
    { name: 'x', shape: [minibatch, model.inputSize] },
    ...noiseInputs(model, training).map(({ name, columns }) => ({
      name,
      shape: [draws * minibatch, columns],
    })),
  ];
}

function noiseOf(tensors: Tensors): StepNoise {
  const [z, pixels] = [tensors['dreamZ'], tensors['dreamPixels']] as (Tensor2D | undefined)[];
  return { epsilon: tensors['epsilon'] as Tensor2D, dreams: z && pixels ? { z, pixels } : null };
}

/** Weights whose products stay in single precision. */
const PRECISE: ReadonlySet<string> = new Set(LATENT_LAYERS.map(weightOf));

/** Returns a graph of a training step with the products that the training's precision asks for. */
function inPrecision(graph: Graph, { precision }: TrainingConfig): Graph {
  switch (precision) {
    case 'float32':
      return graph;
    case 'bfloat16':
      return bfloat16Products(graph, PRECISE);
    default:
      return precision satisfies never;
  }
}

/** Traces x [M, D], noise (`noiseInputs`) -> elbo, reconstruction [], and the gradient of each parameter under its name. */
export function gradientGraph(model: VaeConfig, training: TrainingConfig): Graph {
  const graph = trace([...parameterInputs(model), ...stepInputs(model, training)], (tensors) => {
    const { elbo, reconstruction, gradients } = estimate(
      model,
      training,
      parametersOf(model, tensors),
      tensors['x'] as Tensor2D,
      noiseOf(tensors),
    );
    return { elbo, reconstruction, ...gradients };
  });
  return inPrecision(graph, training);
}

/** Traces a whole step: state tensors by name, x, noise and rate [] -> the new state by name, elbo and reconstruction []. */
export function stepGraph(model: VaeConfig, training: TrainingConfig): Graph {
  const shapes = stateShapes(model, training.optimizer);
  const graph = trace(
    [
      ...Object.entries(shapes).map(([name, shape]) => ({ name, shape })),
      ...stepInputs(model, training),
      { name: 'rate', shape: [] },
    ],
    (tensors) => {
      const parameters = parametersOf(model, tensors);
      const slots = Object.fromEntries(
        Object.keys(shapes)
          .filter((name) => !(name in parameters))
          .map((name) => [name, tensors[name]!]),
      );
      const { elbo, reconstruction, gradients } = estimate(
        model,
        training,
        parameters,
        tensors['x'] as Tensor2D,
        noiseOf(tensors),
      );
      const optimizer = optimizerFor(training.optimizer);
      const updated = applyGradients(optimizer, { parameters, slots }, gradients, tensors['rate']!);
      return { elbo, reconstruction, ...updated.parameters, ...updated.slots };
    },
  );
  return inPrecision(graph, training);
}

/**
 * Traces one more draw of each image's importance weights (vae/importance.ts): x [batch, D], the posterior's mean and
 * logVariance and epsilon [batch, Nz], the running maximum and sum [batch] -> the new maximum and sum.
 */
export function importanceGraph(model: VaeConfig): Graph {
  const latent = ['batch', model.latent] as const;
  return trace(
    [
      ...parameterInputs(model),
      { name: 'x', shape: ['batch', model.inputSize] },
      { name: 'mean', shape: latent },
      { name: 'logVariance', shape: latent },
      { name: 'epsilon', shape: latent },
      { name: 'maximum', shape: ['batch'] },
      { name: 'sum', shape: ['batch'] },
    ],
    (tensors) => {
      const posterior = {
        mean: tensors['mean'] as Tensor2D,
        logVariance: tensors['logVariance'] as Tensor2D,
      };
      const weight = logWeight(
        model,
        parametersOf(model, tensors),
        tensors['x'] as Tensor2D,
        posterior,
        tensors['epsilon'] as Tensor2D,
      );
      const running = { maximum: tensors['maximum'] as Tensor1D, sum: tensors['sum'] as Tensor1D };
      return { ...addWeight(running, weight) };
    },
  );
}
