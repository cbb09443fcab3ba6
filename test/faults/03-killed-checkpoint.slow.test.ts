/** kill -9 at every file operation of recording a run, a full disk at every write, and a broken one: a checkpoint always loads, nothing of others is touched. */
import { cp, mkdir, mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { newestCheckpoint, removeCheckpointLeftovers } from '../../src/runs/checkpoint';
import { readMetricLines } from '../../src/runs/metrics';
import { once } from '../support/once';
import type { Disturbance } from './support/programs';
import { Programs } from './support/programs';

/** Records steps 2 to 5, each with a row and a checkpoint, and says which are safe. Step 1 is there before. */
const WRITER = `
import { writeCheckpoint } from '@/runs/checkpoint';
import { MetricsWriter } from '@/runs/metrics-writer';
const [run] = process.argv.slice(2);
void (async () => {
  const writer = await MetricsWriter.open(run!);
  for (let step = Number(process.argv[3]); step <= Number(process.argv[4]); step++) {
    const row = { type: 'train', step, samples: step, seconds: step, elbo: -step, reconstruction: -step, kl: 0 } as const;
    await writer.append([row]);
    const data = new Float32Array(5000).fill(step);
    await writeCheckpoint(run!, { step, tensors: new Map([['w', { shape: [5000], data }]]), best: null, row: null });
    process.stdout.write(step + '\\n');
  }
  await writer.close();
  process.exit(0);
})().catch((error) => {
  process.stdout.write('failed ' + error.code + '\\n');
  process.exit(1);
});
`;

/** Processes side by side. */
const AT_ONCE = 4;
const FIRST = 2;
const LAST = 5;

let programs: Programs;
let root: string;
beforeAll(async () => {
  programs = await Programs.build({ writer: WRITER });
  root = await mkdtemp(join(tmpdir(), 'vae-kill-'));
});
afterAll(async () => {
  await programs.dispose();
  await rm(root, { recursive: true, force: true });
});

const firstRun = once(async () => {
  const run = join(root, 'first');
  await mkdir(run);
  expect((await programs.run('writer', [run, '1', '1'])).code).toBe(0);
  for (const other of OTHERS) await writeFile(join(run, other), 'theirs');
  return run;
});

/** A run with a checkpoint, and files in its folders that others made. */
async function madeRun(name: string): Promise<string> {
  const run = join(root, name);
  await cp(await firstRun(), run, { recursive: true });
  return run;
}
const OTHERS = ['notes.txt', 'checkpoints/notes.txt', 'checkpoints/.2.safetensors.swp'];

async function counted(): Promise<number> {
  const run = await madeRun('counted');
  const count = join(root, 'calls');
  const { code } = await programs.run('writer', [run, String(FIRST), String(LAST)], { count });
  expect(code).toBe(0);
  return Number(await readFile(count, 'utf8'));
}

/** What has to hold after any end of the writer. @param safe the last step that the writer had said was written */
async function isWhole(run: string, safe: number): Promise<void> {
  const damaged: string[] = [];
  const newest = await newestCheckpoint(run, (message) => damaged.push(message));
  expect(damaged).toEqual([]);
  expect(newest!.step).toBeGreaterThanOrEqual(safe);
  expect(newest!.tensors.get('w')!.data.every((value) => value === newest!.step)).toBe(true);
  const rows = (await readMetricLines(run)).map((line) => (line.type === 'train' ? line.step : NaN));
  expect(rows).toEqual(rows.map((_, i) => i + 1));
  expect(rows.length).toBeGreaterThanOrEqual(newest!.step);
  // The next start removes what the dead writer left, and nothing else.
  await removeCheckpointLeftovers(run);
  const names = (await readdir(join(run, 'checkpoints'))).filter((name) => !/^\d+\.safetensors$/.test(name));
  expect(names.sort()).toEqual(['.2.safetensors.swp', 'notes.txt']);
  for (const other of OTHERS) expect(await readFile(join(run, other), 'utf8')).toBe('theirs');
}

async function sweep(
  name: string,
  points: readonly number[],
  disturbance: (point: number) => Disturbance,
  ended: (end: { code: number | null; stdout: string }, point: number) => void,
): Promise<void> {
  const left = [...points];
  await Promise.all(
    Array.from({ length: AT_ONCE }, async () => {
      for (let point = left.shift(); point !== undefined; point = left.shift()) {
        const run = await madeRun(`${name}-${point}`);
        const end = await programs.run('writer', [run, String(FIRST), String(LAST)], disturbance(point));
        ended(end, point);
        const steps = end.stdout.split('\n').filter((line) => /^\d+$/.test(line));
        await isWhole(run, Number(steps.at(-1) ?? 1));
        await rm(run, { recursive: true });
      }
    }),
  );
}

test('killed at any call', async () => {
  const calls = await counted();
  expect(calls).toBeGreaterThan(60);
  const points = Array.from({ length: calls }, (_, i) => i + 1);
  await sweep(
    'killed',
    points,
    (killAt) => ({ killAt }),
    ({ code }, point) => expect(code, `call ${point}`).toBeNull(),
  );
});

test('the disk is full at any write', async () => {
  const points = Array.from({ length: 2 * (LAST - FIRST + 1) }, (_, i) => i + 1);
  await sweep(
    'full',
    points,
    (fullAt) => ({ fullAt }),
    ({ code, stdout }, point) =>
      expect(`${code} ${stdout}`, `write ${point}`).toMatch(/^1 [^]*failed ENOSPC/),
  );
});

test('the disk breaks at any call that opens, writes, syncs or renames', async () => {
  // Every second of them: what follows one is the same in the next.
  const points = Array.from({ length: Math.ceil((await counted()) / 2) }, (_, i) => 2 * i + 1);
  let failed = 0;
  await sweep(
    'broken',
    points,
    (brokenAt) => ({ brokenAt }),
    ({ code, stdout }, point) => {
      // There are fewer such calls than calls.
      if (code === 0) return;
      failed++;
      expect(`${code} ${stdout}`, `call ${point}`).toMatch(/^1 [^]*failed EIO/);
    },
  );
  expect(failed).toBeGreaterThan(15);
});
