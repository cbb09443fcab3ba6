import { decoderNumbers, decoderShapes } from '../vae/decoder-weights';
import type { Parameters } from '../vae/parameters';
import type { Model } from './model';

/**
 * The most bytes that a decoder may take, with the outputs of its layers for one picture, to be handed out. A perceptron of 30 MiB
 * decodes a picture in 4 ms of one processor, the convolutional preset at 64 x 64 x 3 with its 1.7 MiB in 16 ms.
 */
export const MAX_DECODER_BYTES = 32 * 2 ** 20;

/** Returns how many bytes the model's decoder takes, with the outputs of its layers for one picture. */
export const decoderBytes = ({ config }: Pick<Model, 'config'>): number =>
  decoderNumbers(config.model) * Float32Array.BYTES_PER_ELEMENT;

/** Reads the decoder's parameters from the session. */
export async function decoderParameters(model: Model): Promise<Parameters<Float32Array>> {
  const { parameters } = await model.session.read();
  return Object.fromEntries(
    Object.keys(decoderShapes(model.config.model)).map((name) => [name, parameters[name]!]),
  );
}
