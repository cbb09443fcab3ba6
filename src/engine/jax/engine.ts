import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { DeviceChoice } from '../device';
import type { Engine } from '../engine';
import { instructionSet, noBfloat16 } from '../processor';
import { JaxProcess, JaxProcessError } from './process';
import type { JaxDescription, JaxPython } from './process';
import { JaxRanks } from './ranks';
import { ranksInEnvironment } from './ranks-in-environment';
import { JaxSession } from './session';

/** Maximum length of what config.json records as the build. */
const MAX_BUILD_LENGTH = 200;

/** Returns the folder with the Python sources: next to the bundle, or in the project when run from sources; null if missing. */
export function jaxSources(): string | null {
  const here = dirname(fileURLToPath(import.meta.url));
  const candidates = [join(here, 'python'), join(here, '..', '..', '..', 'python')];
  return candidates.find((folder) => existsSync(join(folder, '__main__.py'))) ?? null;
}

/**
 * Starts JAX in a process of its own, which interprets the traced graphs.
 * @param threads for computing on the processor @param device to insist on; by default a graphics card if JAX finds one
 * @throws JaxProcessError if it does not start, or JAX is missing or too old
 */
export async function jaxEngine(
  python: JaxPython,
  threads: number,
  device: DeviceChoice = 'auto',
): Promise<Engine> {
  const sources = jaxSources();
  if (sources === null) throw new JaxProcessError('the Python sources of the JAX engine are missing');
  const { process, description } = await JaxProcess.start(python, sources, threads, device);
  const place = ranksInEnvironment();
  return {
    ...(place && { ranks: new JaxRanks(process, place.index, place.count, description.shards) }),
    description: {
      ...{ name: 'jax', threads },
      build: buildText(description),
      instructionSet: instructionSet(),
    },
    // Graphics cards that JAX runs on multiply them.
    noBfloat16: process.isProcessor ? noBfloat16() : null,
    open: (model, training, images) => JaxSession.open(process, model, training, images),
  };
}

/** Returns what is recorded with a run, e.g. `JAX 0.10.2 on the processor`, `JAX 0.10.2 on NVIDIA H200, 8 devices`. */
function buildText({ jax, platform, devices, shards }: JaxDescription): string {
  const device = platform === 'cpu' ? 'the processor' : (devices[0] ?? platform);
  return `JAX ${jax} on ${device}${shards === 1 ? '' : `, ${shards} devices`}`
    .replace(/\p{Cc}/gu, ' ')
    .slice(0, MAX_BUILD_LENGTH);
}
