import { describe, expect, test } from 'vitest';
import { adapterNamed } from '../../../src/engine/device';
import { adapterOf, sayingVariables } from '../../../src/engine-process/devices/adapter-name';

test('drivers that compute on the processor are software, and so is one without a name', () => {
  const names = {
    'SwiftShader Device (Subzero)': true,
    'llvmpipe (LLVM 15.0.6, 256 bits)': true,
    'Microsoft Basic Render Driver': true,
    '': true,
    'NVIDIA H200': false,
    'AMD Radeon RX 7900 XTX (RADV NAVI31)': false,
    'Intel(R) Arc(tm) A770 Graphics (DG2)': false,
    'Apple M2 (Metal)': false,
  };
  for (const [name, isSoftware] of Object.entries(names))
    expect([name, adapterNamed(name).isSoftware]).toEqual([name, isSoftware]);
});

test('a name is one line of limited length, whatever a driver says', () => {
  const { name } = adapterNamed(`a\u001b[31m\n${'b'.repeat(500)}`);
  expect(name).toMatch(/^a [^\p{Cc}]*$/u);
  expect(name).toHaveLength(100);
});

describe('on Linux', () => {
  // As versions 1.3.239 and 1.4.364 of the loader print it, the first with and the second without a layer.
  const line = (name: string): string =>
    `DRIVER | LAYER:          Using "${name}" with driver: "/usr/lib/x.so"\n`;

  test('the adapter is the one that a device was created on last', () => {
    const said = `[Vulkan Loader] INFO: [0] llvmpipe\n${line('llvmpipe (LLVM 15.0.6)')}[Vulkan Loader] ${line('NVIDIA H200')}`;
    expect(adapterOf(said, 'linux')).toEqual({ name: 'NVIDIA H200', isSoftware: false });
  });

  test('a loader that does not say it leaves it unknown, which counts as software', () => {
    expect(adapterOf('nothing', 'linux').isSoftware).toBe(true);
    expect(sayingVariables('linux')).toEqual({ VK_LOADER_DEBUG: 'all' });
  });
});

test('on a Mac, the adapter is the chip', () => {
  expect(adapterOf('', 'darwin', 'Apple M2')).toEqual({ name: 'Apple M2 (Metal)', isSoftware: false });
});

describe('on Windows', () => {
  // Of the library's source, device_discovery_common.cc; the first line as version 1.27.0 prints it on Linux.
  const device = (type: number, vendor: string, metadata: string): string =>
    `2026-11-30 19:21:51.3 [I:onnxruntime:onnxruntime-node, device_discovery_common.cc:34 operator()] Discovered OrtHardwareDevice {vendor_id:0x1022, device_id:0x0, vendor:${vendor}, type:${type}, metadata: [${metadata}]}\n`;
  const processor = device(0, 'AMD', '');

  test('the adapter is a discrete card before one in the processor', () => {
    const inside = device(1, 'Intel', 'Description=Intel(R) UHD Graphics, Discrete=0');
    const card = device(1, 'NVIDIA', 'Description=NVIDIA GeForce RTX 4070, Discrete=1');
    const named = (...said: string[]) => adapterOf(said.join(''), 'win32');
    expect(named(processor, inside, card)).toEqual({ name: 'NVIDIA GeForce RTX 4070', isSoftware: false });
    expect(named(processor, inside).name).toBe('Intel(R) UHD Graphics');
    expect(named(processor, device(1, 'NVIDIA', '')).name).toBe('NVIDIA');
  });

  test('without a card it is the software that Windows brings', () => {
    expect(adapterOf(processor, 'win32').isSoftware).toBe(true);
  });
});
