/** Which graphics cards are compared with the processor, or taken, with searches that the tests invent. */
import { describe, expect, test } from 'vitest';
import type { Found } from '../../../src/engine-process/devices/find-adapter';
import { cardsToCompare, engineOnCard } from '../../../src/engine-process/programs/card';
import type { EngineOptions } from '../../../src/engine-process/programs/engine-options';

const WEBGPU = { name: 'NVIDIA H200 (Vulkan)', isSoftware: false };
const CUDA = { name: 'NVIDIA H200', isSoftware: false };

function search(webgpu: Found, cuda: Found, isThere = true) {
  const asked: string[] = [];
  return {
    asked,
    mayHaveCard: () => isThere,
    find: () => {
      asked.push('webgpu');
      return Promise.resolve(webgpu);
    },
    findCuda: () => {
      asked.push('cuda');
      return Promise.resolve(cuda);
    },
  };
}
const both = () => search({ adapter: WEBGPU }, { adapter: CUDA });
const options = (engine: EngineOptions['engine'], device: 'auto' | 'cpu' | 'gpu' = 'auto') => ({
  ...{ engine, device, threads: 1 },
});

describe('graphics cards', () => {
  test('of ONNX Runtime and of TensorFlow are compared, as far as the engine is open', async () => {
    expect(await cardsToCompare(options('auto'), both())).toEqual({ adapter: WEBGPU, cuda: CUDA });
    expect(await cardsToCompare(options('onnx'), both())).toEqual({ adapter: WEBGPU, cuda: null });
    expect(await cardsToCompare(options('tensorflow'), both())).toEqual({ adapter: null, cuda: CUDA });
    expect(await cardsToCompare(options('auto', 'gpu'), both())).toEqual({ adapter: WEBGPU, cuda: CUDA });
    expect(await cardsToCompare(options('onnx', 'gpu'), both())).toEqual({ adapter: WEBGPU, cuda: null });
  });

  test('are not looked for where nothing is open', async () => {
    for (const none of [options('auto', 'cpu'), options('wasm'), options('jax')]) {
      const cards = both();
      expect(await cardsToCompare(none, cards)).toEqual({ adapter: null, cuda: null });
      expect(cards.asked).toEqual([]);
    }
    const nowhere = search({ adapter: WEBGPU }, { adapter: CUDA }, false);
    expect(await cardsToCompare(options('auto'), nowhere)).toEqual({ adapter: null, cuda: null });
    expect(nowhere.asked).toEqual([]);
  });

  test('insisted on: TensorFlow where it is set up for one, or else ONNX Runtime', async () => {
    const unset = search({ adapter: WEBGPU }, { problem: 'it is not set up' });
    expect(await cardsToCompare(options('auto', 'gpu'), unset)).toEqual({ adapter: WEBGPU, cuda: null });
    await expect(engineOnCard(options('tensorflow', 'gpu'), 'float32', unset)).rejects.toThrow(
      /^no graphics card can be used by TensorFlow here: it is not set up\. The engine 'onnx' uses cards of any maker/,
    );
    // TensorFlow is what is opened: here it is not set up.
    await expect(engineOnCard(options('auto', 'gpu'), 'float32', both())).rejects.toThrow(
      /^TensorFlow is not set up for NVIDIA H200\. Run 'vae setup --gpu'/,
    );
    await expect(engineOnCard(options('wasm', 'gpu'), 'float32', both())).rejects.toThrow(
      /the engine 'wasm' trains on the processor alone, got the device 'gpu'/,
    );
  });
});
