import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { mayHaveCard, tryAdapter } from '../../../src/engine-process/devices/find-adapter';
import { adapterJob } from '../../../src/engine-process/devices/adapter-job';
import { onnxRuntimeFolder } from '../../../src/engine/onnx/native-runtime';
import { softwareVulkan, useSoftwareVulkan } from '../../support/software-vulkan';

let folder = '';
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'devices-'));
});
afterEach(() => rm(folder, { recursive: true }));

/** What a program of Node finds, which stands in for a driver. */
const tried = (script: string, timeoutMs?: number) => tryAdapter([process.execPath, '-e', script], timeoutMs);

const answer = (problem: string): string =>
  `process.stdout.write(${JSON.stringify(JSON.stringify({ problem }))})`;

test.skipIf(process.platform !== 'linux')(
  'an adapter that computes is named by what its driver says',
  async () => {
    const script = `console.error('Using "NVIDIA H200" with driver: "x"'); ${answer('')}`;
    expect(await tried(script)).toEqual({ adapter: { name: 'NVIDIA H200', isSoftware: false } });
  },
);

test('a driver that crashes, hangs or says nonsense is a reason, and this process goes on', async () => {
  const problem = async (script: string, timeoutMs?: number) => {
    const found = await tried(script, timeoutMs);
    return 'problem' in found ? found.problem : '';
  };
  expect(await problem('process.abort()')).toMatch(/ended with SIG|ended with \d/);
  expect(await problem('for (;;);', 300)).toBe(
    'the process that tried it ended with SIGKILL: its driver crashed, or took longer than 0.3 s',
  );
  expect(await problem('process.exit(3)')).toContain('ended with 3');
  expect(await problem('console.log("{")')).toBe('the process that tried it said {\n');
  expect(await problem('')).toBe('the process that tried it said nothing');
  // Of the library's own message, what is for people.
  const refusal =
    '/onnxruntime_src/webgpu_context.cc:65 f() status == Success was false. Failed to get a WebGPU adapter: No supported adapters';
  expect(await problem(answer(refusal))).toBe('Failed to get a WebGPU adapter: No supported adapters');
  expect(await tryAdapter(null)).toEqual({ problem: 'there is no program here that could try it' });
  expect(await tryAdapter(['/no/such/program'])).toHaveProperty('problem');
});

test('a machine without a device of a graphics card is not asked for one', async () => {
  expect(mayHaveCard('linux', folder)).toBe(false);
  await mkdir(join(folder, 'dri'));
  await writeFile(join(folder, 'dri', 'card0'), '');
  expect(mayHaveCard('linux', folder)).toBe(false);
  await writeFile(join(folder, 'dri', 'renderD128'), '');
  expect(mayHaveCard('linux', folder)).toBe(true);
  await rm(join(folder, 'dri'), { recursive: true });
  await writeFile(join(folder, 'nvidia0'), '');
  expect(mayHaveCard('linux', folder)).toBe(true);
  expect(mayHaveCard('darwin', folder)).toBe(true);
});

test.skipIf(softwareVulkan === null || onnxRuntimeFolder() === null)(
  'software Vulkan multiplies as it should',
  async () => {
    useSoftwareVulkan();
    expect(JSON.parse(await adapterJob())).toEqual({ problem: '' });
  },
);
