import { EngineError } from '../../engine/choose';
import type { ChosenEngine } from '../../engine/choose';
import type { Adapter } from '../../engine/device';
import type { Precision } from '../../vae/config';
import { findAdapter, mayHaveCard } from '../devices/find-adapter';
import type { Found } from '../devices/find-adapter';
import { findCudaCard } from '../devices/find-cuda-card';
import { engineFor } from './engine-options';
import type { EngineOptions } from './engine-options';

/** Looks for graphics cards. */
export interface CardSearch {
  /** Whether a graphics card may be here, so that it is worth a process to look for it. */
  readonly mayHaveCard: () => boolean;
  /** Tries the adapter of WebGPU. */
  readonly find: () => Promise<Found>;
  /** Tries TensorFlow on an NVIDIA card. Default: it is not set up for one. */
  readonly findCuda?: () => Promise<Found>;
}

const SEARCH: CardSearch = { mayHaveCard, find: findAdapter, findCuda: findCudaCard };

const noCuda = (): Promise<Found> => Promise.resolve({ problem: 'TensorFlow is not set up for one' });

/** The graphics cards to be compared with the processor; null where there is none, or the options leave nothing open. */
interface Cards {
  /** Of ONNX Runtime. */
  readonly adapter: Adapter | null;
  /** Of TensorFlow. */
  readonly cuda: Adapter | null;
}

/**
 * Returns the graphics cards to be compared with the processor. Who leaves it open gets no program that stands in for one.
 * @throws EngineError if the options insist on one that is not there
 */
export async function cardsToCompare(options: EngineOptions, search: CardSearch = SEARCH): Promise<Cards> {
  const { engine, device = 'auto' } = options;
  if (device === 'gpu') {
    const card = await requireCard(engine, search);
    const cuda = card?.engine === 'tensorflow' ? card.adapter : null;
    // Who lets the engine open gets the faster one on the card.
    const webgpu = engine === 'auto' && cuda ? cardOf(await search.find()) : null;
    return { adapter: card?.engine === 'onnx' ? card.adapter : webgpu, cuda };
  }
  if (device === 'cpu' || engine === 'wasm' || engine === 'jax' || !search.mayHaveCard())
    return { adapter: null, cuda: null };
  return {
    adapter: engine === 'tensorflow' ? null : cardOf(await search.find()),
    cuda: engine === 'onnx' ? null : cardOf(await (search.findCuda ?? noCuda)()),
  };
}

const cardOf = (found: Found): Adapter | null =>
  'problem' in found || found.adapter.isSoftware ? null : found.adapter;

/** Opens an engine that trains on a graphics card. @throws EngineError if there is none that this engine uses, and why */
export async function engineOnCard(
  options: EngineOptions,
  precision: Precision,
  search: CardSearch = SEARCH,
): Promise<ChosenEngine> {
  const card = await requireCard(options.engine, search);
  if (card === null) return engineFor(options, null, precision);
  return engineFor({ ...options, engine: card.engine }, null, precision, card.adapter);
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

/** An engine, and what it trains on. */
interface Card {
  readonly engine: 'tensorflow' | 'onnx';
  readonly adapter: Adapter;
}

/**
 * Returns what trains on a graphics card: TensorFlow if it is set up for one, unless another engine is asked for; null for JAX, which finds its
 * cards itself. @throws EngineError if there is none
 */
async function requireCard(engine: EngineOptions['engine'], search: CardSearch): Promise<Card | null> {
  if (engine === 'jax') return null;
  if (engine === 'wasm')
    throw new EngineError(
      `the engine '${engine}' trains on the processor alone, got the device 'gpu'. Choose the engine 'auto', 'tensorflow', 'onnx' or 'jax', or the device 'auto'.`,
    );
  const cuda = engine === 'onnx' ? null : await (search.findCuda ?? noCuda)();
  if (cuda && 'adapter' in cuda) return { engine: 'tensorflow', adapter: cuda.adapter };
  if (engine === 'tensorflow')
    throw new EngineError(
      `no graphics card can be used by TensorFlow here: ${cuda?.problem}. The engine 'onnx' uses cards of any maker; the devices 'auto' and 'cpu' need none.`,
    );
  const found = await search.find();
  if ('adapter' in found) return { engine: 'onnx', adapter: found.adapter };
  throw new EngineError(
    `no graphics card can be used by ONNX Runtime here: ${found.problem}. ${remedy()}The devices 'auto' and 'cpu' need none.`,
  );
}

const remedy = (): string =>
  process.platform === 'linux'
    ? "It needs Vulkan: the card's driver, and the system's package of libvulkan.so.1 (libvulkan1, vulkan-loader). "
    : '';
