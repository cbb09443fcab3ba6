import { createHash, randomUUID } from 'node:crypto';
import { readFile, rename, rm, writeFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { ONNX_RUNTIME_VERSION } from '../../engine/onnx/native-runtime';
import { coreCount, instructionSet } from '../../engine/processor';
import { ensureFolder } from '../../setup/ensure-folder.mjs';
import { cacheRoot, nativeFolder } from '../../setup/locations.mjs';
import type { RunConfig } from '../../runs/config';
import { PRODUCT_VERSION } from '../product';
import type { ProgramTime } from './time-programs';

/** Maximum size of a file of times, in bytes. */
const MAX_BYTES = 100_000;

/**
 * Returns the file in the user's cache with the times of a model's programs. Its name depends on everything that the times do: the
 * processor, the libraries, and the program that is trained.
 * @param candidates the programs that are compared, as text
 */
export function timesFile(
  { model, training, data }: RunConfig,
  candidates: string,
  root: string = cacheRoot(),
): string {
  const { algorithm, minibatch, draws, weightPrior, objective, clipNorm, optimizer, precision } = training;
  const machine = [cpus()[0]?.model ?? '', instructionSet(), process.version];
  const libraries = [PRODUCT_VERSION, basename(nativeFolder() ?? ''), ONNX_RUNTIME_VERSION];
  const step = [algorithm, minibatch, draws, weightPrior, objective, clipNorm > 0, optimizer.name];
  const program = [...step, precision];
  const images = [data.binarisation, data.augmentation];
  const key = JSON.stringify([machine, libraries, candidates, model, program, images]);
  return join(root, 'engine-times', `${createHash('sha256').update(key).digest('hex').slice(0, 32)}.json`);
}

/** Returns the times in a file; null if there are none, or they are not as this version writes them. */
export async function readTimes(file: string): Promise<readonly ProgramTime[] | null> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text === '' || text.length > MAX_BYTES) return null;
  try {
    const times = JSON.parse(text) as unknown;
    return Array.isArray(times) && times.every(isTime) ? times : null;
  } catch {
    return null;
  }
}

function isTime(value: unknown): value is ProgramTime {
  const { program, secondsPerStep: seconds, problem, others } = value as Partial<ProgramTime>;
  const { engine, executor, threads, adapter } = program ?? {};
  return (
    (engine === 'tensorflow' || engine === 'onnx') &&
    (executor === null || executor === 'graph' || executor === 'xla') &&
    Number.isInteger(threads) &&
    threads! >= 1 &&
    threads! <= coreCount() &&
    (adapter === undefined ||
      (typeof adapter.name === 'string' && typeof adapter.isSoftware === 'boolean')) &&
    (seconds === null || (typeof seconds === 'number' && seconds > 0)) &&
    typeof problem === 'string' &&
    typeof others === 'number'
  );
}

/** Keeps times. Without a cache they are measured again. */
export async function keepTimes(file: string, measured: readonly ProgramTime[]): Promise<void> {
  const partial = `${file}.${randomUUID()}`;
  try {
    await ensureFolder(dirname(file), 0o755);
    await writeFile(partial, JSON.stringify(measured));
    await rename(partial, file);
  } catch {
    await rm(partial, { force: true }).catch(() => undefined);
  }
}
