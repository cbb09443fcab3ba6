/**
 * The run folder's code in simulated worlds: writers, windows and a reader over one folder, killed, stalled, without room and
 * without power, in an order that a seed draws. A world that fails is named by its seed; kept-seeds.json holds those that once did.
 */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import keptSeeds from './kept-seeds.json';
import { rounds } from '../support';
import { Scenario, buildProgram } from './scenario';
import type { Load } from './scenario';

const WORLDS = rounds(100);
/** `VAE_SEED=N` plays world N and those after it. */
const FROM = Number(process.env['VAE_SEED'] ?? 1);

let load: Load;
beforeAll(async () => {
  load = await buildProgram();
});

/** Plays a world. @returns what happened in it @throws Error that names the seed and the file with all its calls */
async function play(seed: number): Promise<Scenario> {
  const scenario = new Scenario(seed, load);
  await scenario.play().catch((error: Error) => scenario.wrong.push(error.message));
  if (scenario.wrong.length === 0) return scenario;
  const out = resolve('out', 'simulate');
  await mkdir(out, { recursive: true });
  const file = join(out, `${seed}.txt`);
  await writeFile(file, scenario.world.trace.join('\n'));
  throw new Error(`world ${seed} (its calls are in ${file}):\n${scenario.wrong.join('\n')}`);
}

test.each(keptSeeds)('world $seed, kept because of: $because', async ({ seed }) => {
  await play(seed);
});

test(`${WORLDS} worlds from seed ${FROM} on`, async () => {
  const happened = new Set<string>();
  for (let seed = FROM; seed < FROM + WORLDS; seed++) {
    for (const kind of Object.keys((await play(seed)).happened)) happened.add(kind);
  }
  expect([...happened].sort()).toEqual(['full', 'kill', 'power']);
});

test('the same seed gives the same world', async () => {
  const [a, b] = [await play(7), await play(7)];
  expect(a.world.trace).toEqual(b.world.trace);
  expect(a.world.trace.length).toBeGreaterThan(500);
});
