import { setTimeout as sleep } from 'node:timers/promises';
import type { MapSet } from '../protocol/map';
import { MAX_PIECE_IMAGES } from '../protocol/map';
import { formatCount } from '../text/format-count';
import type { ToolCall } from './tool';
import { ToolError } from './tool-error';

const POLL_MS = 200;

/**
 * Returns the encoded images of a run's dataset, and encodes them first if they are not, or were by earlier weights. The engine keeps
 * the result in the run folder.
 * @throws ToolError why they could not be encoded; the abort reason
 */
export async function encodedImages({ host, signal, progress }: ToolCall, folder: string): Promise<MapSet> {
  const before = await host.ask(folder, 'map', {}, signal);
  if (before.set && before.set.step === before.step) return before.set;
  await host.ask(folder, 'encodeAll', {}, signal);
  for (;;) {
    if (signal.aborted) await host.ask(folder, 'cancelEncodeAll', {}).catch(() => undefined);
    signal.throwIfAborted();
    const { set, job, error } = await host.ask(folder, 'map', {}, signal);
    if (error !== '') throw new ToolError('not-ready', `the images could not be encoded: ${error}`);
    if (job)
      progress(`encoding images, ${formatCount(job.done)} of ${formatCount(job.total)}`, job.done, job.total);
    else if (set && set.key !== before.set?.key) return set;
    else throw new ToolError('not-ready', 'the encoding of the images was cancelled; call the tool again');
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** Reads the ids of all encoded images and a value of each. */
export async function boundsOfAll(
  { host, signal }: ToolCall,
  folder: string,
  { key, count }: MapSet,
): Promise<{ readonly ids: readonly string[]; readonly elbo: Float32Array }> {
  const ids: string[] = [];
  const elbo = new Float32Array(count);
  for (let first = 0; first < count; first += MAX_PIECE_IMAGES) {
    const piece = { key, first, count: Math.min(MAX_PIECE_IMAGES, count - first) };
    ids.push(...(await host.ask(folder, 'mapImages', piece, signal)).ids);
    elbo.set(await host.ask(folder, 'mapColumn', { ...piece, column: 'elbo' }, signal), first);
  }
  return { ids, elbo };
}
