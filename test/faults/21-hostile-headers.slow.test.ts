/** Hostile weights files and configurations are refused within 100 ms of the processor and 100 MB of memory. */
import { mkdtemp, mkdir, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { config } from '../host/support';
import { Programs } from './support/programs';

let folder: string;
let programs: Programs;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'vae-hostile-'));
  programs = await Programs.build({
    weights: program('readWeights(inRun(run!, "file"), 1, "checkpoint")'),
    config: program('readConfig(run!)'),
  });
});
afterAll(async () => {
  await programs.dispose();
  await rm(folder, { recursive: true, force: true });
});

/** Prints how `use` ends, with what it takes. The first call, on a small file, loads the code. */
const program = (use: string): string => `
import { readConfig } from '@/runs/store';
import { readWeights } from '@/runs/weights';
import { inRun } from '@/runs/guarded-path';
const [small, hostile] = process.argv.slice(2);
const end = (run: string | undefined) => (${use} as Promise<unknown>).then(() => ['read', ''], (error: Error) => [error.name, error.message]);
void (async () => {
  for (let i = 0; i < 3; i++) await end(small);
  const memory = process.resourceUsage().maxRSS;
  const { user, system } = process.cpuUsage();
  const [name, message] = await end(hostile);
  const now = process.cpuUsage();
  const kB = process.resourceUsage().maxRSS - memory;
  console.log(JSON.stringify({ name, message, kB, ms: (now.user + now.system - user - system) / 1e3 }));
})();`;

/** A file with a header (JSON, or a text as it is) and so many bytes of data, which take no room on the disk. */
async function weights(header: unknown, dataBytes = 0, headerLength?: bigint): Promise<void> {
  const json = Buffer.from(typeof header === 'string' ? header : JSON.stringify(header));
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(headerLength ?? BigInt(json.length));
  const file = await open(join(folder, 'hostile', 'file'), 'w');
  await file.write(Buffer.concat([length, json]));
  await file.truncate(8 + json.length + dataBytes);
  await file.close();
}

const tensor = (begin: number, end: number, shape = [(end - begin) / 4]) => ({
  dtype: 'F32',
  shape,
  data_offsets: [begin, end],
});
const entries = (count: number): string => `{${Array.from({ length: count }, (_, i) => `"${i}":{}`).join()}}`;

const FILES: Readonly<Record<string, () => Promise<void>>> = {
  'a header of 2^63 bytes': () => weights('{}', 100, 1n << 63n),
  'a header of 99 MB': () => weights(`{"a":"${'x'.repeat(99_000_000)}"}`),
  'millions of tensors': () => weights(entries(5_000_000)),
  'as many tensors as its header may have': () => weights(entries(90_000)),
  'an entry nested as deep as its header may be': () => weights('['.repeat(999_999)),
  'lists nested as deep as its header may be': () =>
    weights(`{"a":${'['.repeat(499_000)}${']'.repeat(499_000)}}`),
  'a tensor of 7 GB and no checksum in its metadata': () => weights({ a: tensor(0, 7e9, [7e9]) }, 7e9),
  'overlapping tensors': () => weights({ a: tensor(0, 8), b: tensor(4, 12) }, 12),
  'negative offsets': () => weights({ a: tensor(-8, 0) }, 8),
  'duplicate names': () => weights('{"a":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"a":{}}', 4),
  'a name that is __proto__': () => weights('{"__proto__":{"dtype":"F64"}}', 4),
  'ten thousand million bytes': () => weights({ a: tensor(0, 1e10) }, 1e10),
};

/** Runs a program on a small and on the hostile folder. */
async function result(name: string): Promise<{ name: string; message: string; kB: number; ms: number }> {
  const { code, stdout, stderr } = await programs.run(name, [join(folder, 'small'), join(folder, 'hostile')]);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as { name: string; message: string; kB: number; ms: number };
}

beforeAll(async () => {
  for (const name of ['small', 'hostile']) await mkdir(join(folder, name));
  await writeFile(join(folder, 'small', 'file'), 'x');
  await writeFile(join(folder, 'small', 'config.json'), JSON.stringify(config()));
});

test.each(Object.entries(FILES))('weights: %s', async (_, write) => {
  await write();
  const { name, message, kB, ms } = await result('weights');
  expect({ name, message }).toMatchObject({
    name: expect.stringMatching(/^(SafetensorsError|RunError|Error)$/) as string,
  });
  expect(kB).toBeLessThan(100_000);
  // Processor time: 100 ms, and as much again for a machine whose cores are shared.
  expect(ms).toBeLessThan(200);
});

const whole = config();
const withModel = (model: object) => ({ ...whole, model: { ...whole.model, ...model } });
const CONFIGS: Readonly<Record<string, string>> = {
  'an unknown layer': JSON.stringify(withModel({ attention: true })),
  'a thousand million units': JSON.stringify(withModel({ encoderHidden: [1e9] })),
  'a million layers': JSON.stringify(
    withModel({ encoderHidden: Array.from({ length: 1_000_000 }, () => 1) }),
  ),
  'deep nesting': JSON.stringify(whole).replace(
    '"model":',
    `"deep":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)},"model":`,
  ),
  'a key twice': JSON.stringify(whole).replace('"version":1', '"version":1,"version":2'),
  'a key that is __proto__': JSON.stringify(whole).replace('"version":1', '"__proto__":{"version":1}'),
  'numbers that are none': JSON.stringify(whole).replace('"version":1', '"version":1e999'),
  'hundreds of thousands of keys': JSON.stringify({
    ...whole,
    ...Object.fromEntries(Array.from({ length: 300_000 }, (_, i) => [`k${i}`, 0])),
  }),
};

test.each(Object.entries(CONFIGS))('config.json: %s', async (_, text) => {
  await writeFile(join(folder, 'hostile', 'config.json'), text);
  const { name, message, kB, ms } = await result('config');
  expect({ name, message }).toMatchObject({ name: 'RunError' });
  expect(message).toMatch(/config\.json (is not|is nested|has more than)/);
  expect(message.length).toBeLessThan(2000);
  expect(kB).toBeLessThan(100_000);
  // As above.
  expect(ms).toBeLessThan(200);
});
