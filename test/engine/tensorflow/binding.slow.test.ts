/** Libraries write on standard error while they are loaded: only their errors are passed on, and nothing else is lost. */
import { spawnSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isNativePresent, nativeFolder } from '../../../src/setup/locations.mjs';
import { buildFromWheel } from '../../../src/setup/wheel.mjs';
import { canBuild, inventWheel } from '../../setup/invented-wheel';

let root = '';
let program = '';
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'binding-'));
  program = join(root, 'binding.cjs');
  await build({
    entryPoints: [resolve('src/engine/tensorflow/binding.ts')],
    bundle: true,
    platform: 'node',
    outfile: program,
  });
});
afterAll(() => rm(root, { recursive: true, force: true }));

/** Loads the binding of a folder in a process of its own, between two lines on standard error. */
function load(folder: string): { readonly stdout: string; readonly stderr: string } {
  const script = `
    const { loadBinding } = require(${JSON.stringify(program)});
    process.stderr.write('before\\n');
    try { loadBinding(${JSON.stringify(folder)}, 1); console.log('loaded'); } catch (error) { console.log(error.message); }
    process.stderr.write('after\\n');`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  return { stdout, stderr };
}

test.skipIf(!isNativePresent())('TensorFlow is loaded without a word', () => {
  expect(load(nativeFolder()!)).toEqual({ stdout: 'loaded\n', stderr: 'before\nafter\n' });
});

/** Builds an invented library that does this when it is loaded. */
async function built(name: string, action: string): Promise<string> {
  const scratch = join(root, name);
  const folder = join(scratch, 'native');
  await mkdir(folder, { recursive: true });
  const { wheel, sources } = await inventWheel(scratch);
  await appendFile(
    join(sources.binding, 'tfjs_binding.cc'),
    `\n#include <cstdio>\n__attribute__((constructor)) static void start() { ${action} }\n`,
  );
  await buildFromWheel(folder, { wheel, sources }, { report: () => undefined });
  return folder;
}

test.skipIf(!canBuild)('of what a library writes, only errors are passed on', async () => {
  const lines = [
    'WARNING: early',
    'I0000 00:00:01.5 12 port.cc:1] settings',
    'E0000 00:00:01.5 12 a.cc:2] broken',
  ];
  const folder = await built('noisy', `fputs(${JSON.stringify(`${lines.join('\n')}\n`)}, stderr);`);
  expect(load(folder)).toEqual({ stdout: 'loaded\n', stderr: `before\n${lines[2]}\nafter\n` });
  // Without the small library that captures, all of it is there: else this test would see nothing.
  await rm(join(folder, 'captured_stderr.node'));
  expect(load(folder)).toEqual({ stdout: 'loaded\n', stderr: `before\n${lines.join('\n')}\nafter\n` });
});

test.skipIf(!canBuild)('after a library that does not load, standard error is as before', async () => {
  const folder = await built('broken', '');
  await rm(join(folder, 'libtensorflow_cc.so.2'));
  const { stdout, stderr } = load(folder);
  expect(stdout).toMatch(/libtensorflow\S*: cannot open shared object file/);
  expect(stderr).toBe('before\nafter\n');
});
