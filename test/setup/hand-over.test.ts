import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, test } from 'vitest';
import { handOver } from '../../src/setup/hand-over.mjs';

test("the program's exit code comes back", async () => {
  expect(await handOver(process.execPath, ['-e', 'process.exit(7)'])).toBe(7);
});

test('what it says is in the log as well, without colours', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'hand-over-'));
  const log = { file: join(folder, 'said.log'), isShown: true };
  const script = `console.log('\\u001b[32mgreen\\u001b[0m'); console.error('and red'); process.exit(3)`;
  const { file } = log;
  expect(await handOver(process.execPath, ['-e', script], {}, log)).toBe(3);
  expect(await readFile(file, 'utf8')).toMatch(/^(green\nand red|and red\ngreen)\n$/);
});

test('what is not shown is in the log alone', async () => {
  const file = join(await mkdtemp(join(tmpdir(), 'hand-over-')), 'said.log');
  const module = pathToFileURL('src/setup/hand-over.mjs').href;
  const outer = `
    import { handOver } from ${JSON.stringify(module)};
    await handOver(process.execPath, ['-e', 'console.log(1); console.error(2)'], {}, ${JSON.stringify({ file, isShown: false })});
    console.log('shown');`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', outer], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const [out, error] = await Promise.all([text(child.stdout), text(child.stderr)]);
  expect({ out, error }).toEqual({ out: 'shown\n', error: '' });
  expect((await readFile(file, 'utf8')).split('\n').toSorted()).toEqual(['', '1', '2']);
});

test.skipIf(process.platform === 'win32')('a signal reaches the program, and its answer counts', async () => {
  const module = pathToFileURL('src/setup/hand-over.mjs').href;
  const inner = `process.on('SIGTERM', () => process.exit(130)); console.log('up'); setInterval(() => 0, 1000)`;
  const outer = `
    import { handOver } from ${JSON.stringify(module)};
    process.exitCode = await handOver(process.execPath, ['-e', ${JSON.stringify(inner)}]);`;
  const child = spawn(process.execPath, ['--input-type=module', '-e', outer], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test.skipIf(process.platform === 'win32')(
  'a signal that was ignored at the start stays so in both',
  async () => {
    const ignored = pathToFileURL('src/setup/ignored-signals.mjs').href;
    const module = pathToFileURL('src/setup/hand-over.mjs').href;
    // A signal that comes through ends the inner program with 9.
    const inner = `
    import { ignoredSignals, keepIgnoredSignals } from ${JSON.stringify(ignored)};
    process.on('SIGTERM', () => process.exit(ignoredSignals().join() === 'SIGHUP' ? 7 : 8));
    keepIgnoredSignals();
    if (!ignoredSignals().includes('SIGHUP')) process.on('SIGHUP', () => process.exit(9));
    console.log('up');
    setInterval(() => 0, 1000);`;
    const outer = `
    import { keepIgnoredSignals } from ${JSON.stringify(ignored)};
    import { handOver } from ${JSON.stringify(module)};
    keepIgnoredSignals(['SIGHUP']);
    process.exitCode = await handOver(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(inner)}]);`;
    const env = { ...process.env, _: '/usr/bin/nohup' };
    const child = spawn(process.execPath, ['--input-type=module', '-e', outer], {
      ...{ env, stdio: ['ignore', 'pipe', 'pipe'] },
    });
    await once(child.stdout, 'data');
    child.kill('SIGHUP');
    child.kill('SIGTERM');
    expect(await once(child, 'exit')).toEqual([7, null]);
  },
);
