/** Changes of one file at the same moment, in one process and in several: each is kept, and a reader sees a whole file at any instant. */
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { readAbout } from '../../src/runs/about';
import { directionsFolder, listDirections } from '../../src/runs/directions';
import { excludedFile, readExcluded } from '../../src/runs/excluded-images';
import { addTag, readTags, removeTag } from '../../src/runs/tags';
import { rounds } from './support';
import { Programs, atOnce } from './support/programs';

const CHANGER = `
import { once } from 'node:events';
import { dirname } from 'node:path';
import { changeAbout } from '@/runs/about';
import { addTag } from '@/runs/tags';
import { exclude, excludedFile } from '@/runs/excluded-images';
import { directionsFolder, saveDirection } from '@/runs/directions';
const [run, name, count] = process.argv.slice(2) as [string, string, string];
const measured = { value: 1, chanceMean: 0, chance95: 1 };
void (async () => {
  process.stdout.write('ready\\n');
  await once(process.stdin, 'data');
  for (let i = 0; i < Number(count); i++) {
    await addTag(run, name, [name + i]);
    await addTag(run, 'shared', [name + i]);
    await changeAbout(run, ({ notes }) => ({ notes: notes + name + i + ' ' }));
    await exclude(excludedFile(dirname(run)), 'file:///data', [name + i]);
    await saveDirection(directionsFolder(run), {
      name: name + i, from: 'a', to: 'b', run: 'r', step: 1, fingerprint: 'f', counts: [1, 1], inBoth: 0,
      score: { agreement: measured, effect: measured, rounds: 1, seed: 0 },
      start: Float32Array.of(0), vector: Float32Array.of(1),
    });
  }
  process.exit(0);
})();
`;

let programs: Programs;
let root: string;
let run: string;
beforeAll(async () => void (programs = await Programs.build({ changer: CHANGER })));
afterAll(() => programs.dispose());
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'vae-writes-'));
  run = join(root, '.vae', 'runs', 'run');
  await mkdir(run, { recursive: true });
  await writeFile(join(run, 'config.json'), '{}');
});
afterEach(() => rm(root, { recursive: true, force: true }));

test('a hundred pairs of changes in one process', async () => {
  for (let i = 0; i < 100; i++) {
    await Promise.all([addTag(run, `a${i}`, ['x']), addTag(run, `b${i}`, ['y'])]);
    expect((await readTags(run)).length).toBe(2 * (i + 1));
  }
  await Promise.all([removeTag(run, 'a0'), addTag(run, 'c', ['z']), removeTag(run, 'b99')]);
  expect((await readTags(run)).length).toBe(199);
  expect((await readdir(run)).sort()).toEqual(['config.json', 'tags.json']);
});

test.each([0, 5])('three processes at once, delayed by up to %i ms at each call', async (delayMs) => {
  const count = delayMs === 0 ? rounds(12) : rounds(4, 10);
  let reading = true;
  const read = (async () => {
    while (reading) {
      await readTags(run);
      await readAbout(run);
      await readExcluded(excludedFile(join(root, '.vae', 'runs')), 'file:///data');
      expect((await listDirections(directionsFolder(run))).damaged).toEqual([]);
    }
  })();
  const ended = await atOnce(
    ['p', 'q', 'r'].map((name, seed) =>
      programs.start('changer', [run, name, String(count)], { seed: seed + 1, delayMs }),
    ),
  );
  reading = false;
  await read;
  expect(ended.map(({ code, stderr }) => `${code} ${stderr}`)).toEqual(['0 ', '0 ', '0 ']);
  const all = ['p', 'q', 'r']
    .flatMap((name) => Array.from({ length: count }, (_, i) => `${name}${i}`))
    .sort();
  const tags = await readTags(run);
  expect(tags.find(({ name }) => name === 'shared')!.ids).toEqual(all);
  expect(tags.filter(({ name }) => name !== 'shared').flatMap(({ ids }) => ids)).toEqual(all);
  expect((await readAbout(run)).notes.trim().split(' ').sort()).toEqual(all);
  expect(await readExcluded(excludedFile(join(root, '.vae', 'runs')), 'file:///data')).toEqual(all);
  const { directions } = await listDirections(directionsFolder(run));
  expect(directions.map(({ name }) => name)).toEqual(all);
  expect((await readdir(join(root, '.vae'))).sort()).toEqual(['directions', 'excluded.json', 'runs']);
});

test('a process that is killed in a change stops no other one', async () => {
  for (const killAt of [4, 9, 14, 19, 24, 29, 34, 39]) {
    const child = programs.start('changer', [run, 'killed', '1'], { killAt });
    const [ended] = await atOnce([child]);
    expect(ended!.code, `it was not killed at call ${killAt}`).toBe(null);
    await addTag(run, `after ${killAt}`, ['x']);
  }
  expect((await readTags(run)).filter(({ name }) => name.startsWith('after')).length).toBe(8);
});
