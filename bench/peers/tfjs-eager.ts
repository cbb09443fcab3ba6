/** tfjs on tfjs-node's TensorFlow, as its own documentation trains: `node tfjs-eager.cjs minimize THREADS`. */
import '@tensorflow/tfjs-core/dist/register_all_gradients';
import * as tf from '@tensorflow/tfjs-core';
import type { Rank, Tensor, Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core';
import { eagerTensorflowEngine } from '../../src/engine/tensorflow/eager';
import type { ConvolutionSpec, PerceptronSpec, Workload } from '../compare/workloads';
import { inputsOf, randomImages, randomPoints } from '../contenders/inputs';
import { NO_TENSORFLOW, nativeTensorflow } from '../contenders/native';
import { serve } from '../contenders/serve';
import type { Contender, Runner } from '../contenders/serve';

interface Model {
  readonly variables: Variable[];
  /** Mean and log-variance side by side: [batch, 2 Nz]. */
  readonly encode: (x: Tensor2D) => Tensor2D;
  /** Logits, [batch, D]. */
  readonly decode: (z: Tensor2D) => Tensor2D;
}

/** Glorot's normal start values, and makes of variables that remember them. */
function layers() {
  const variables: Variable[] = [];
  const layer = <T extends Tensor>(shape: number[], outputs: number, fan: number) => {
    const weight = tf.variable(tf.randomNormal(shape, 0, Math.sqrt(2 / fan)));
    const bias = tf.variable(tf.zeros([outputs]));
    variables.push(weight, bias);
    return { weight: weight as Tensor as T, bias: bias as Tensor };
  };
  const dense = (inputs: number, outputs: number) => {
    const { weight, bias } = layer<Tensor2D>([inputs, outputs], outputs, inputs + outputs);
    return (x: Tensor2D): Tensor2D => tf.add(tf.matMul(x, weight), bias);
  };
  return { variables, layer, dense };
}

function perceptron({ inputs, hidden, latent }: PerceptronSpec): Model {
  const { variables, dense } = layers();
  const [a, b] = [dense(inputs, hidden), dense(hidden, 2 * latent)];
  const [c, d] = [dense(latent, hidden), dense(hidden, inputs)];
  return { variables, encode: (x) => b(tf.tanh(a(x))), decode: (z) => d(tf.tanh(c(z))) };
}

function convolution(spec: ConvolutionSpec): Model {
  const { side, channels, filters, kernel, stride, latent } = spec;
  const { variables, layer, dense } = layers();
  const sizes = [channels, ...filters];
  const pairs = filters.map((to, i) => [sizes[i]!, to] as const);
  const fan = (from: number, to: number): number => kernel * kernel * (from + to);
  const down = pairs.map(([from, to]) => layer<Tensor4D>([kernel, kernel, from, to], to, fan(from, to)));
  const smallest = side / stride ** filters.length;
  const flat = smallest * smallest * filters.at(-1)!;
  const [a, b] = [dense(flat, spec.dense), dense(spec.dense, 2 * latent)];
  const [c, d] = [dense(latent, spec.dense), dense(spec.dense, flat)];
  // A transposed convolution's weights are [height, width, outputs, inputs].
  const up = pairs
    .toReversed()
    .map(([to, from]) => ({ to, ...layer<Tensor4D>([kernel, kernel, to, from], to, fan(from, to)) }));
  return {
    variables,
    encode(x) {
      let h = tf.reshape<Rank.R4>(x, [-1, side, side, channels]);
      for (const { weight, bias } of down) h = tf.relu(tf.add(tf.conv2d(h, weight, stride, 'same'), bias));
      return b(tf.relu(a(tf.reshape(h, [-1, flat]))));
    },
    decode(z) {
      let h = tf.reshape<Rank.R4>(tf.relu(d(tf.relu(c(z)))), [-1, smallest, smallest, filters.at(-1)!]);
      up.forEach(({ to, weight, bias }, i) => {
        const size = smallest * stride ** (i + 1);
        h = tf.add(tf.conv2dTranspose(h, weight, [h.shape[0], size, size, to], stride, 'same'), bias);
        if (i < up.length - 1) h = tf.relu(h);
      });
      return tf.reshape(h, [-1, side * side * channels]);
    },
  };
}

function scaled(bytes: Uint8Array): Float32Array {
  const result = new Float32Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) result[i] = bytes[i]! / 255;
  return result;
}

/** -ELBO of the minibatch, nats per image. */
function loss({ encode, decode }: Model, x: Tensor2D): tf.Scalar {
  const [mean, logVariance] = tf.split(encode(x), 2, 1) as [Tensor2D, Tensor2D];
  const z = tf.add<Tensor2D>(mean, tf.mul(tf.exp(tf.mul(logVariance, 0.5)), tf.randomNormal(mean.shape)));
  const logits = decode(z);
  const reconstruction = tf.sum(tf.sub(tf.softplus(logits), tf.mul(x, logits)));
  const kl = tf.sum(tf.sub(tf.sub(tf.add(tf.square(mean), tf.exp(logVariance)), 1), logVariance));
  return tf.div(tf.add(reconstruction, tf.mul(kl, 0.5)), x.shape[0]);
}

function trainer(model: Model, workload: Workload): Runner {
  const { images, minibatch, learningRate, beta1, beta2, epsilon } = workload.training;
  const data = tf.tensor2d(scaled(randomImages(workload, images)), [images, inputsOf(workload)]);
  const optimizer = tf.train.adam(learningRate, beta1, beta2, epsilon);
  let order: Uint32Array = new Uint32Array(0);
  return (amount) => {
    let bound = Number.NaN;
    for (let step = 0; step < amount; step++) {
      const first = (step * minibatch) % images;
      if (first === 0) order = tf.util.createShuffledIndices(images);
      const rows = Int32Array.from(order.subarray(first, first + minibatch));
      tf.tidy(() => {
        const x = tf.gather(data, tf.tensor1d(rows, 'int32'));
        const cost = optimizer.minimize(() => loss(model, x), step === amount - 1, model.variables);
        if (cost) bound = -cost.dataSync()[0]!;
      });
    }
    return Promise.resolve({ bound });
  };
}

function encoder(model: Model, workload: Workload): Runner {
  const size = inputsOf(workload);
  const { batch, amount } = workload;
  const width = 2 * workload.model.latent;
  const images = randomImages(workload, amount);
  const posteriors = new Float32Array(amount * width);
  return (amount) => {
    for (let first = 0; first < amount; first += batch) {
      const x = scaled(images.subarray(first * size, (first + batch) * size));
      const result = tf.tidy(() => model.encode(tf.tensor2d(x, [batch, size])));
      posteriors.set(result.dataSync<'float32'>(), first * width);
      result.dispose();
    }
    return Promise.resolve({});
  };
}

function decoder(model: Model, workload: Workload): Runner {
  const { batch, amount } = workload;
  const { latent } = workload.model;
  const points = randomPoints(workload, amount);
  return (amount) => {
    for (let first = 0; first < amount; first += batch) {
      const z = points.subarray(first * latent, (first + batch) * latent);
      const result = tf.tidy(() => tf.sigmoid(model.decode(tf.tensor2d(z, [batch, latent]))));
      result.dataSync();
      result.dispose();
    }
    return Promise.resolve({});
  };
}

async function open(threads: number): Promise<Contender | { readonly missing: string }> {
  const native = nativeTensorflow();
  if (native === null) return { missing: NO_TENSORFLOW };
  // Registers the backend that the functions below run on.
  const { description } = await eagerTensorflowEngine(native.folder, threads);
  return {
    build: `${description.build}, TensorFlow ${native.version}`,
    prepare(workload) {
      const spec = workload.model;
      const model = spec.kind === 'perceptron' ? perceptron(spec) : convolution(spec);
      const runners = { train: trainer, encode: encoder, decode: decoder, importance: null };
      const runner = runners[workload.task];
      return Promise.resolve(runner?.(model, workload) ?? { skipped: 'it has no such function' });
    },
  };
}

void serve(() => open(Number(process.argv[3])));
