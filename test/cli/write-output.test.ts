import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, lstat, mkdir, readFile, readdir, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { EXIT } from '../../src/cli/exit';
import { writeOutput, writeOutputs } from '../../src/cli/write-output';
import { useFolder } from '../host/support';

const folder = useFolder();
const at = (...parts: string[]): string => join(folder.path(), ...parts);
const isRoot = process.getuid?.() === 0;

test('texts and bytes are written as they are, and nothing else is left there', async () => {
  await writeOutput(at('a.csv'), 'id,ü\n');
  await writeOutput(at('b.bin'), Uint8Array.of(0, 255, 10));
  expect(await readFile(at('a.csv'), 'utf8')).toBe('id,ü\n');
  expect([...(await readFile(at('b.bin')))]).toEqual([0, 255, 10]);
  expect((await readdir(folder.path())).sort()).toEqual(['a.csv', 'b.bin']);
});

test('a shorter result replaces all of an older one', async () => {
  await writeFile(at('a.csv'), 'a long older text');
  await writeOutput(at('a.csv'), 'new');
  expect(await readFile(at('a.csv'), 'utf8')).toBe('new');
});

describe.skipIf(process.platform === 'win32')('on a system with rights and links', () => {
  test.each([0o600, 0o640, 0o755])('the rights of an older file are kept: %o', async (mode) => {
    await writeFile(at('a.csv'), 'older');
    await chmod(at('a.csv'), mode);
    await writeOutput(at('a.csv'), 'new');
    expect((await stat(at('a.csv'))).mode & 0o7777).toBe(mode);
    expect(await readFile(at('a.csv'), 'utf8')).toBe('new');
  });

  test('a link stays one, and its target is written', async () => {
    await mkdir(at('elsewhere'));
    await writeFile(at('elsewhere/a.csv'), 'older');
    await symlink(at('elsewhere/a.csv'), at('link.csv'));
    await writeOutput(at('link.csv'), 'new');
    expect(await readFile(at('elsewhere/a.csv'), 'utf8')).toBe('new');
    expect((await lstat(at('link.csv'))).isSymbolicLink()).toBe(true);
    expect(await readdir(at('elsewhere'))).toEqual(['a.csv']);
  });

  test('a named pipe is written to, not replaced', async () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    const read = readFile(at('pipe'), 'utf8');
    await writeOutput(at('pipe'), 'new');
    expect(await read).toBe('new');
    expect((await stat(at('pipe'))).isFIFO()).toBe(true);
  });

  test.skipIf(isRoot)('a folder that may not be written is bad input, and the older file stays', async () => {
    await mkdir(at('locked'));
    await writeFile(at('locked/a.csv'), 'older');
    await chmod(at('locked'), 0o500);
    const refused = writeOutput(at('locked/a.csv'), 'new');
    await expect(refused).rejects.toMatchObject({ code: 'bad-input', exitCode: EXIT.badInput });
    await chmod(at('locked'), 0o700);
    expect(await readFile(at('locked/a.csv'), 'utf8')).toBe('older');
    expect(await readdir(at('locked'))).toEqual(['a.csv']);
  });
});

test('a folder that is missing is bad input, named with what to do', async () => {
  const path = at('missing', 'a.csv');
  await expect(writeOutput(path, 'new')).rejects.toMatchObject({
    name: 'CliError',
    code: 'bad-input',
    exitCode: EXIT.badInput,
    message: `${path}: there is no such file or folder; check the path (ENOENT)`,
  });
});

test('a folder in place of the file is bad input, and is not replaced', async () => {
  await mkdir(at('a.csv'));
  await writeFile(at('a.csv', 'inside'), '');
  await expect(writeOutput(at('a.csv'), 'new')).rejects.toMatchObject({ exitCode: EXIT.badInput });
  expect(await readdir(at('a.csv'))).toEqual(['inside']);
});

test('of several files none is replaced if the last one cannot be made', async () => {
  await writeFile(at('a.csv'), 'older');
  function* broken(): Generator<Uint8Array> {
    yield Uint8Array.of(1);
    throw new Error('no more');
  }
  const files = [
    { path: at('a.csv'), content: 'new' },
    { path: at('b.csv'), content: broken() },
  ];
  await expect(writeOutputs(files)).rejects.toThrow(/^no more$/);
  expect(await readFile(at('a.csv'), 'utf8')).toBe('older');
  expect(await readdir(folder.path())).toEqual(['a.csv']);
  const whole = { path: at('b.csv'), content: [Uint8Array.of(1), Uint8Array.of(2)].values() };
  await writeOutputs([files[0]!, whole]);
  expect(await readFile(at('a.csv'), 'utf8')).toBe('new');
  expect([...(await readFile(at('b.csv')))]).toEqual([1, 2]);
});

test('what is aborted while it is written replaces nothing', async () => {
  await writeFile(at('a.csv'), 'older');
  const stop = new AbortController();
  function* pieces(): Generator<Uint8Array> {
    yield Uint8Array.of(1);
    stop.abort(new Error('enough'));
    yield Uint8Array.of(2);
  }
  const files = [
    { path: at('a.csv'), content: 'new' },
    { path: at('b.csv'), content: pieces() },
  ];
  await expect(writeOutputs(files, stop.signal)).rejects.toThrow(/^enough$/);
  expect(await readFile(at('a.csv'), 'utf8')).toBe('older');
  expect(await readdir(folder.path())).toEqual(['a.csv']);
});

/** A device without room. Nothing keeps a root user from replacing the system's: that one gets its own. */
function fullDevice(): string | null {
  if (!isRoot) return existsSync('/dev/full') ? '/dev/full' : null;
  return spawnSync('mknod', [at('full'), 'c', '1', '7']).status === 0 ? at('full') : null;
}

test('a device without room: how many bytes are needed is said, counted as they are written', async ({
  skip,
}) => {
  const device = fullDevice();
  if (device === null) return skip('there is no such device');
  // 700 characters, of two bytes each.
  await expect(writeOutput(device, 'ü'.repeat(700))).rejects.toMatchObject({
    code: 'not-written',
    exitCode: EXIT.failure,
    message: expect.stringMatching(
      /^\S+full was not written \(ENOSPC\): 1,400 bytes are needed, [\d,]+ are free in \S+; make room/,
    ) as string,
  });
  expect((await stat(device)).isCharacterDevice()).toBe(true);
});
