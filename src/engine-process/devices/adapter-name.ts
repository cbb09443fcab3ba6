import { cpus } from 'node:os';
import { adapterNamed } from '../../engine/device';
import type { Adapter } from '../../engine/device';
import { SAYS_DEVICES } from '../../engine/onnx/native-runtime';

/**
 * ONNX Runtime does not say which adapter WebGPU computes on, so the process that tries it is started with variables that let those say it
 * who know: on Linux Vulkan's loader, on Windows the library itself. Apple's chips have one graphics processor each.
 */
export function sayingVariables(platform = process.platform): NodeJS.ProcessEnv {
  if (platform === 'linux') return { VK_LOADER_DEBUG: 'all' };
  return platform === 'win32' ? { [SAYS_DEVICES]: '1' } : {};
}

/** Returns the adapter that a process used which was started with `sayingVariables`. @param said its standard error */
export function adapterOf(said: string, platform = process.platform, chip = cpus()[0]?.model ?? ''): Adapter {
  if (platform === 'linux') {
    // By https://github.com/KhronosGroup/Vulkan-Loader, loader.c: for each device that a program creates.
    const used = [...said.matchAll(/Using "([^"\n]+)" with driver:/g)].at(-1);
    return adapterNamed(used?.[1] ?? '');
  }
  if (platform === 'darwin') return adapterNamed(chip && `${chip} (Metal)`);
  // The library lists processors (type 0), graphics cards (1) and others, no software; Windows has a software adapter where there is no card.
  const cards = [...said.matchAll(/OrtHardwareDevice \{[^\n]*\btype:1\b[^\n]*/g)].map(([line]) => line);
  const discrete = cards.find((line) => /\bDiscrete=1\b/.test(line)) ?? cards[0];
  if (discrete === undefined) return adapterNamed('Microsoft Basic Render Driver');
  const [, described] = /\bDescription=([^,\]\n]+)/.exec(discrete) ?? [];
  const [, vendor] = /\bvendor:([^,\n]+)/.exec(discrete) ?? [];
  return adapterNamed(described ?? vendor ?? '');
}
