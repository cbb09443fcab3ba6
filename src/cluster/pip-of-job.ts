import type { RemoteJob } from '../runs/remote-run';
import { JAX } from '../setup/pins.mjs';

/** Whether a requirement of pip is JAX, with whatever extras and version. */
const IS_JAX = /^jax\s*($|[[=<>~!;@ ])/i;

/**
 * Returns what pip installs for a job: what the cluster's entry names and, for the engine `jax`, JAX in the version that was tried, with CUDA where
 * the job asks for graphics cards. Nothing is added where the entry names JAX itself, or where nothing is installed.
 * @param gpus graphics cards of each process
 */
export function pipOfJob(
  pip: readonly string[],
  { engine }: Pick<RemoteJob, 'engine'>,
  gpus: number,
): readonly string[] {
  if (engine !== 'jax' || pip.length === 0 || pip.some((each) => IS_JAX.test(each))) return pip;
  return [...pip, gpus > 0 ? `jax[cuda12]==${JAX.version}` : `jax==${JAX.version}`];
}

/** Says what is probably wrong with how a job uses graphics cards; null for nothing. */
export function whyNoCards(
  pip: readonly string[],
  { engine }: Pick<RemoteJob, 'engine'>,
  gpus: number,
): string | null {
  if (gpus === 0) return null;
  if (engine !== 'jax')
    return `asks for ${gpus} GPUs, which only --engine jax uses: choose it, or add the cluster again with --gpus 0`;
  const jax = pip.find((each) => IS_JAX.test(each));
  if (jax !== undefined && !/\[[^\]]*cuda/i.test(jax))
    return `asks for ${gpus} GPUs, and pip installs ${jax} there, which computes on processors: add the cluster again with --pip 'jax[cuda12]==${JAX.version}'`;
  return null;
}
