import { EngineError } from '../../engine/choose';
import type { ChosenEngine } from '../../engine/choose';
import type { Adapter } from '../../engine/device';
import type { Precision } from '../../vae/config';
import { findAdapter, mayHaveCard } from '../devices/find-adapter';
import type { Found } from '../devices/find-adapter';
import { engineFor } from './engine-options';
import type { EngineOptions } from './engine-options';

/** Looks for adapters of WebGPU. */
export interface CardSearch {
  /** Whether a graphics card may be here, so that it is worth a process to look for it. */
  readonly mayHaveCard: () => boolean;
  readonly find: () => Promise<Found>;
}

const SEARCH: CardSearch = { mayHaveCard, find: findAdapter };

/**
 * Returns the graphics card to be compared with the processor; null if there is none, or the options leave nothing open. Who leaves it open gets
 * no program that stands in for one. @throws EngineError if the options insist on one that is not there
 */
export async function cardToCompare(
  options: EngineOptions,
  search: CardSearch = SEARCH,
): Promise<Adapter | null> {
  const { engine, device = 'auto' } = options;
  if (device === 'gpu') return requireCard(engine, search);
  if (device === 'cpu' || (engine !== 'auto' && engine !== 'onnx') || !search.mayHaveCard()) return null;
  const found = await search.find();
  return 'problem' in found || found.adapter.isSoftware ? null : found.adapter;
}

/** Opens an engine that trains on a graphics card. @throws EngineError if there is none that this engine uses, and why */
export async function engineOnCard(
  options: EngineOptions,
  precision: Precision,
  search: CardSearch = SEARCH,
): Promise<ChosenEngine> {
  return engineFor(options, null, precision, await requireCard(options.engine, search));
}

/** Opens what trains without a measurement: the usual engine on the processor, unless the options insist on a graphics card. @throws EngineError */
export function usualEngine(
  options: EngineOptions,
  precision: Precision,
  search?: CardSearch,
): Promise<ChosenEngine> {
  return options.device === 'gpu'
    ? engineOnCard(options, precision, search)
    : engineFor(options, null, precision);
}

/** Returns the adapter that an engine computes on; null for JAX, which finds its cards itself. @throws EngineError if there is none */
async function requireCard(engine: EngineOptions['engine'], search: CardSearch): Promise<Adapter | null> {
  if (engine === 'jax') return null;
  if (engine !== 'auto' && engine !== 'onnx')
    throw new EngineError(
      `the engine '${engine}' trains on the processor alone, got the device 'gpu'. Choose the engine 'auto', 'onnx' or 'jax', or the device 'auto'.`,
    );
  const found = await search.find();
  if ('adapter' in found) return found.adapter;
  throw new EngineError(
    `no graphics card can be used by ONNX Runtime here: ${found.problem}. ${remedy()}The devices 'auto' and 'cpu' need none.`,
  );
}

const remedy = (): string =>
  process.platform === 'linux'
    ? "It needs Vulkan: the card's driver, and the system's package of libvulkan.so.1 (libvulkan1, vulkan-loader). "
    : '';
