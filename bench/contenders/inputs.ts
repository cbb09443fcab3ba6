import { RandomStream } from '../../src/random/stream';
import type { Workload } from '../compare/workloads';

/** Numbers of an image. */
export function inputsOf({ model }: Workload): number {
  return model.kind === 'perceptron' ? model.inputs : model.side * model.side * model.channels;
}

/** Random bytes for `count` images. */
export function randomImages(workload: Workload, count: number): Uint8Array {
  const size = count * inputsOf(workload);
  const words = new RandomStream(0, 'digits').words32(0, Math.ceil(size / 4));
  return new Uint8Array(words.buffer, words.byteOffset, size);
}

/** `count` points of the latent space. */
export function randomPoints({ model }: Workload, count: number): Float32Array {
  return new RandomStream(0, 'sample').normals(0, count * model.latent);
}
