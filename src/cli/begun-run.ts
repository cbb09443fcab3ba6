import { readConfig } from '../runs/store';
import { fileStamp } from '../runs/guarded-files';
import { inRun } from '../runs/guarded-path';
import { lockHolder, LockedError } from '../runs/lock';
import { removeUnstartedRun } from '../runs/remove-unstarted-run';
import type { TrainRequest } from '../runs/config';
import { badInput } from './exit';

/**
 * Returns whether a run has begun in a folder. If not, removes what a start that was cut off has left there.
 * @throws LockedError if another process is about to begin it
 */
export async function hasBegun(folder: string): Promise<boolean> {
  if ((await fileStamp(inRun(folder, 'config.json'))) !== null) return true;
  const holder = await lockHolder(folder);
  if (holder === 'alive' || holder === 'foreign')
    throw new LockedError(`${folder}: another process is about to begin this run`);
  await removeUnstartedRun(folder);
  return false;
}

/**
 * Checks that a run that has begun is the one that is asked for.
 * @param samples training datapoints that were asked for, if any @throws CliError that names what differs
 */
export async function requireSameRun(
  folder: string,
  { source, preset, seed }: TrainRequest,
  samples: number | undefined,
): Promise<void> {
  const config = await readConfig(folder);
  const { training, data } = config;
  const planned = training.extensions?.at(-1)?.samples ?? training.samples;
  const differences = [
    ...differing('--preset', preset, config.preset),
    ...differing('--seed', seed, config.seed),
    ...differing('--data', source.kind, data.source.kind),
    ...(samples === undefined || samples === planned
      ? []
      : differing('--samples', samples, training.samples)),
  ];
  if (differences.length > 0)
    throw badInput(
      `${folder} holds another run: ${differences.join(', ')}. Name another folder, or \`vae resume\` it as it is`,
    );
}

const differing = <T extends string | number>(option: string, asked: T, own: T): string[] =>
  asked === own ? [] : [`it has ${option} ${own}, and ${option} ${asked} was asked for`];
