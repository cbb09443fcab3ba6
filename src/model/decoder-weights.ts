import { decoderNumbers, decoderShapes } from '../vae/decoder-weights';
import type { Parameters } from '../vae/parameters';
import type { Model } from './model';

/**
 * The most bytes that a decoder may take, with the outputs of its layers for one picture, to be handed out. A model of this size
 * decodes a picture in about a frame of a browser (`node bench/drag-in-editor.mjs`), and its weights cross a fast connection
 * within seconds.
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
