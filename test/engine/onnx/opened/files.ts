import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Models that were exported from PyTorch (test/fixtures/opened-models/make_models.py). */
export const MODELS_FOLDER = join(__dirname, '..', '..', '..', 'fixtures', 'opened-models');

export interface Recorded {
  readonly shape: readonly [height: number, width: number, channels: 1 | 3];
  /** What ONNX Runtime computed in Python for two images, a row each. */
  readonly mean: readonly number[][];
  readonly logVariance?: readonly number[][];
  readonly decoded: readonly number[][];
}

export const recorded = async (): Promise<Readonly<Record<string, Recorded>>> =>
  JSON.parse(await readFile(join(MODELS_FOLDER, 'values.json'), 'utf8')) as Record<string, Recorded>;

/** The encoder and the decoder of a model. */
export async function modelFiles(name: string): Promise<{ encoder: Uint8Array; decoder: Uint8Array }> {
  return { encoder: await modelFile(`${name}-encoder`), decoder: await modelFile(`${name}-decoder`) };
}

export const modelFile = (name: string): Promise<Uint8Array> => readFile(join(MODELS_FOLDER, `${name}.onnx`));

/** The images that were recorded with: numbers from a formula, as in make_models.py. */
export const imagesOf = ({ shape: [height, width, channels] }: Recorded): Uint8Array =>
  Uint8Array.from({ length: 2 * height * width * channels }, (_, i) => (i * 7919) % 251);
