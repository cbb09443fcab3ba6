import { adapterNamed } from '../../engine/device';
import { cudaNativeFolder } from '../../setup/locations.mjs';
import { nvidiaCard } from '../../setup/nvidia.mjs';
import { probeCard } from '../../setup/probe.mjs';
import type { Found } from './find-adapter';

let found: Promise<Found> | undefined;

/** Tries TensorFlow on an NVIDIA card in a process of its own, once, if it is set up for one. */
export function findCudaCard(): Promise<Found> {
  return (found ??= tryCudaCard(cudaNativeFolder()));
}

/** As `findCudaCard`, each time. @param folder of TensorFlow for graphics cards; null if it is not set up */
export async function tryCudaCard(folder: string | null): Promise<Found> {
  if (folder === null) return { problem: "TensorFlow is not set up for one: run 'vae setup --gpu'" };
  const card = await nvidiaCard();
  if ('missing' in card) return { problem: card.missing };
  const answer = await probeCard(folder);
  return 'failure' in answer
    ? { problem: answer.failure }
    : { adapter: { ...adapterNamed(card.name), isSoftware: false } };
}
