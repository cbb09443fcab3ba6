/** Names that are markup, formulas, or as long as a file system allows, in files that are written; and values that name a program. */
import { chmod, cp, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, writeImages } from '../cli/support';
import { SMALL } from './support';

/** The longest name that file systems have, in bytes. */
const LONGEST = 255;
/** A name of that length. */
const longest = (character: string, extension: string): string =>
  character.repeat(LONGEST - extension.length) + extension;
const MARKUP = '=<img src=x onerror=a()>\n\u202e,"';

let cli: Cli;
let data = '';
const run = 'r'.repeat(200);
beforeAll(async () => {
  cli = await Cli.build();
  data = cli.path(longest('d', ''));
  const [first, second] = await writeImages(data, 20);
  await rename(first!, join(data, longest('x', '.png')));
  await rename(second!, join(data, `${MARKUP}.png`));
  const args = ['train', '--data', data, '--run', run, '--samples', '200', ...SMALL];
  expect((await cli.run(args)).code).toBe(0);
});
afterAll(() => cli.dispose());

test('a table has each name whole, as a text of one cell', async () => {
  const table = longest('c', '.csv');
  let all = '';
  for (const split of ['train', 'validation', 'test']) {
    const { code, stderr } = await cli.run([
      ...['evaluate', run, '--engine', 'onnx', '--split', split],
      ...['--per-image', table],
    ]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    all += await readFile(cli.path(table), 'utf8');
  }
  expect(all).toContain(`\n"'${MARKUP.replaceAll('"', '""')}.png",`);
  expect(all).toContain(`\n${longest('x', '.png')},`);
});

test('a file with the longest name is written, replaced, and leaves nothing beside it', async () => {
  const out = longest('m', '.png');
  const before = await readdir(cli.cwd);
  for (const side of ['2', '3']) {
    const args = ['manifold', run, '--engine', 'onnx', '--out', out, '--side', side];
    expect(await cli.run(args)).toMatchObject({ code: 0, stderr: '' });
  }
  expect((await readdir(cli.cwd)).filter((name) => !before.includes(name))).toEqual([out]);
});

test('no value that names a program has it run', async () => {
  const program = cli.path('program.sh');
  await writeFile(program, `#!/bin/sh\ntouch ${cli.path('ran')}\n`);
  await chmod(program, 0o755);
  for (const args of [
    ['train', '--data', 'digits', '--samples', '100', '--run', 'program', '--engine', program],
    ['train', '--data', 'digits', '--samples', '100', '--run', 'program', '--set', `engine=${program}`],
    ['evaluate', run, '--engine', program],
  ]) {
    expect((await cli.run(args)).code).toBe(2);
  }
  const copy = cli.path('copy');
  await cp(cli.path(run), copy, { recursive: true });
  const { engine, ...rest } = JSON.parse(await readFile(join(copy, 'config.json'), 'utf8')) as {
    engine: object;
  };
  for (const [change, code] of [
    [{ name: program }, 2],
    [{ build: program, instructionSet: program.slice(-100) }, 0],
  ] as const) {
    await writeFile(join(copy, 'config.json'), JSON.stringify({ ...rest, engine: { ...engine, ...change } }));
    expect((await cli.run(['evaluate', copy])).code).toBe(code);
    await cli.run(['resume', copy]);
  }
  expect(await readdir(cli.cwd)).not.toContain('ran');
});
