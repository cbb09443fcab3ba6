import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { withLock } from '../../src/setup/lock.mjs';
import { stage } from '../../src/setup/staging.mjs';

let scratch = '';
beforeEach(async () => {
  scratch = await mkdtemp(join(tmpdir(), 'staging-'));
});
afterEach(() => rm(scratch, { recursive: true }));

/** The id of a process that has just ended. */
const deadPid = () => spawnSync(process.execPath, ['-e', '']).pid;

describe('a staged folder', () => {
  test('appears whole', async () => {
    const folder = join(scratch, 'a');
    await stage(folder, (staging) => writeFile(join(staging, 'file'), 'whole'));
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('whole');
    expect(await readdir(scratch)).toEqual(['a']);
  });

  test.skipIf(process.platform === 'win32')(
    'can be changed by its owner alone, whatever the umask',
    async () => {
      const folder = join(scratch, 'a');
      const umask = process.umask(0);
      try {
        await stage(folder, async (staging) => {
          await mkdir(join(staging, 'bin'));
          for (const name of ['library', 'bin/python'])
            await writeFile(join(staging, name), '', { mode: 0o777 });
        });
      } finally {
        process.umask(umask);
      }
      for (const name of ['.', 'library', 'bin', 'bin/python'])
        expect((await stat(join(folder, name))).mode & 0o777, name).toBe(0o755);
    },
  );

  test('does not appear when filling it fails', async () => {
    const filling = stage(join(scratch, 'a'), async (staging) => {
      await writeFile(join(staging, 'file'), 'half');
      throw new Error('no more');
    });
    await expect(filling).rejects.toThrow('no more');
    expect(await readdir(scratch)).toEqual([]);
  });

  test('does not appear when the process is killed, and the next one clears up', async () => {
    const module = pathToFileURL('src/setup/staging.mjs').href;
    const folder = join(scratch, 'a');
    const script = `
      import { stage } from ${JSON.stringify(module)};
      await stage(${JSON.stringify(folder)}, () => { console.log('filling'); return new Promise(() => setInterval(() => undefined, 60_000)); });`;
    const child = spawn(process.execPath, ['--input-type=module', '-e', script]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(existsSync(folder)).toBe(false);
    expect(await readdir(scratch)).toEqual([`a.partial-${child.pid}`]);
    await stage(folder, (staging) => writeFile(join(staging, 'file'), 'whole'));
    expect(await readdir(scratch)).toEqual(['a']);
  });

  test("leaves another living set-up's work alone", async () => {
    const theirs = join(scratch, `a.partial-${process.ppid}`);
    await mkdir(theirs);
    await stage(join(scratch, 'a'), () => Promise.resolve());
    expect(existsSync(theirs)).toBe(true);
  });
});

describe('a lock', () => {
  test('lets one in at a time', async () => {
    const events: string[] = [];
    let seesLock = (): void => undefined;
    const otherWaits = new Promise<void>((resolve) => (seesLock = resolve));
    const work = (name: string) => async () => {
      events.push(`${name} in`);
      await otherWaits;
      events.push(`${name} out`);
    };
    const file = join(scratch, 'lock');
    const options = { onWait: () => seesLock() };
    await Promise.all([withLock(file, work('a'), options), withLock(file, work('b'), options)]);
    expect(events.map((event) => event.slice(2))).toEqual(['in', 'out', 'in', 'out']);
    expect(existsSync(file)).toBe(false);
  });

  test('is taken from the dead and from the silent', async () => {
    const file = join(scratch, 'lock');
    await writeFile(file, String(deadPid()));
    expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
    await writeFile(file, String(process.pid));
    await utimes(file, new Date(0), new Date(0));
    expect(await withLock(file, () => Promise.resolve('in'))).toBe('in');
  });

  test('is given back by a failure', async () => {
    const file = join(scratch, 'lock');
    await expect(withLock(file, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(existsSync(file)).toBe(false);
  });
});
