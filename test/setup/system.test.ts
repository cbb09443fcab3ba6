import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { findChromium } from '../../src/setup/editor.mjs';
import { probeNative } from '../../src/setup/probe.mjs';
import { findProgram, npmReasons, run } from '../../src/setup/run.mjs';
import { ensurePrograms, PYTHON } from '../../src/setup/system.mjs';

let scratch = '';
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'system-'));
});
afterEach(() => rm(scratch, { recursive: true }));

test('a missing program is named with the command that installs it', async () => {
  const absent = { ...PYTHON, isPresent: () => Promise.resolve(false) };
  const present = { name: 'node', packages: ['nodejs'], isPresent: () => Promise.resolve(true) };
  const text = await ensurePrograms([absent, present], false);
  expect(text).toContain('python3 with pip not found');
  expect(text).toContain('sudo apt-get install python3 python3-pip');
  expect(text).not.toContain('nodejs');
  expect(await ensurePrograms([present], false)).toBeNull();
});

test.skipIf(process.platform === 'win32')(
  'programs are found on the PATH, in the order of their names',
  async () => {
    for (const name of ['second', 'first']) await writeFile(join(scratch, name), '');
    const env = { PATH: `/nowhere:${scratch}` };
    expect(findProgram(['zeroth', 'first', 'second'], env)).toBe(join(scratch, 'first'));
    expect(findProgram(['zeroth'], env)).toBeNull();
  },
);

test('a Chromium that is named but not there is not replaced by another', () => {
  expect(findChromium({ ...process.env, CHROMIUM: join(scratch, 'none') })).toBeNull();
});

test('a program that cannot be started is a result, not an exception', async () => {
  const { code, output } = await run(join(scratch, 'none'), []);
  expect(code).toBe(127);
  expect(output).toContain('ENOENT');
});

test('a program is ended when its time is up', async () => {
  const forever = ['-e', 'setInterval(() => undefined, 1000)'];
  const { code } = await run(process.execPath, forever, { timeout: 300 });
  expect(code).not.toBe(0);
});

test('npm failures are told by their reasons, without its help text', () => {
  const output = 'npm warn x\nnpm error code ENOTFOUND\nnpm error\nnpm error network is down\n';
  expect(npmReasons(output)).toBe('  | npm error code ENOTFOUND\n  | npm error network is down');
});

test('a binding that is no library fails the probe with a reason', async () => {
  await writeFile(join(scratch, 'tfjs_binding.node'), 'not a library');
  const answer = await probeNative(scratch);
  expect(answer).toHaveProperty('failure');
  expect('failure' in answer && answer.failure).toMatch(/does not load: .+/);
});

test.skipIf(process.platform === 'win32')('a crash in the probe is a reason, too', async () => {
  const crashing = join(scratch, 'node');
  await writeFile(crashing, '#!/bin/sh\nkill -ILL $$\n');
  await chmod(crashing, 0o755);
  expect(await probeNative(scratch, crashing)).toEqual({
    failure: expect.stringContaining('AVX') as unknown,
  });
});
