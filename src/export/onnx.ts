import { join } from 'node:path';
import { EXPORT_FILES } from '../domain/export-formats';
import { exportDecoder, exportEncoder } from '../engine/onnx/exported';
import { writeAtomically } from '../runs/atomic';
import { RunError } from '../runs/run-error';
import { readConfig } from '../runs/store';
import { newestState } from '../model/state';
import { ensureFolder } from '../setup/ensure-folder.mjs';

export interface Exported {
  readonly files: readonly string[];
  /** Training step of the weights. */
  readonly step: number;
}

export type WriteFile = (path: string, bytes: Uint8Array) => Promise<void>;

const writeBytes: WriteFile = (path, bytes) => writeAtomically(path, [bytes]);

/**
 * Exports the run's newest checkpoint as encoder.onnx and decoder.onnx into a folder, creating it if missing.
 * @param write replaces a file atomically
 * @throws RunError if the folder is not a run or has no usable checkpoint
 */
export async function exportOnnx(
  runFolder: string,
  outFolder: string,
  write: WriteFile = writeBytes,
): Promise<Exported> {
  const config = await readConfig(runFolder);
  const newest = await newestState(runFolder, config);
  if (!newest)
    throw new RunError(`${runFolder} has no usable checkpoint to export. Resume or repeat the run.`);
  const { parameters } = newest.state;
  const { step } = newest.checkpoint;
  const { data, model, preset, name, versions } = config;
  const metadata = {
    run: name,
    preset,
    step: String(step),
    dataset: data.name,
    fingerprint: data.fingerprint,
    width: String(data.width),
    height: String(data.height),
    channels: String(data.channels),
    layout: 'rows of height * width * channels numbers in [0, 1], channels last',
    likelihood: model.likelihood,
    latent: String(model.latent),
    product: `Latent Explorer ${versions.product}`,
  };
  const [encoder, decoder] = EXPORT_FILES.onnx;
  const files = [
    [encoder, exportEncoder(model, parameters, metadata)],
    [decoder, exportDecoder(model, parameters, metadata)],
  ] as const;
  await ensureFolder(outFolder);
  for (const [file, bytes] of files) await write(join(outFolder, file), bytes);
  return { files: files.map(([file]) => join(outFolder, file)), step };
}
