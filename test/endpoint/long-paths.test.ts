/** Homes with long names, as macOS' folders make of names of 22 letters. */
import { chmod, mkdir, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { makeEndpointFolder, removeDeadSocket, socketPath, writeEndpoint } from '../../src/endpoint/record';

const NONCE = '0123456789abcdef0123456789abcdef';
let root: string;
let runFolder: string;
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'long-'));
  runFolder = join(root, 'run');
  await mkdir(runFolder);
  vi.stubEnv('XDG_STATE_HOME', join(root, 'x'.repeat(80)));
  vi.stubEnv('TMPDIR', join(root, 't'));
  await mkdir(join(root, 't'));
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(root, { recursive: true, force: true });
});

const isWindows = process.platform === 'win32';

test.skipIf(isWindows)(
  'a socket whose path would be too long lies in a short folder of this user',
  async () => {
    const path = await socketPath(await makeEndpointFolder(runFolder), NONCE);
    expect(Buffer.byteLength(path)).toBeLessThanOrEqual(103);
    expect(dirname(path)).toBe(join(root, 't', `vae-${process.getuid!()}`));
    expect((await stat(dirname(path))).mode & 0o777).toBe(0o700);
  },
);

test.skipIf(isWindows)('not in a folder that others can write to', async () => {
  const folder = join(root, 't', `vae-${process.getuid!()}`);
  await mkdir(folder);
  await chmod(folder, 0o777);
  await expect(socketPath(await makeEndpointFolder(runFolder), NONCE)).rejects.toThrow(
    /others can write to it/,
  );
});

test.skipIf(isWindows)('if that is too long, too, both are named, and what to do', async () => {
  vi.stubEnv('TMPDIR', join(root, 'y'.repeat(90)));
  await expect(socketPath(await makeEndpointFolder(runFolder), NONCE)).rejects.toThrow(
    /would have \d+ bytes in .*x{80}.* and \d+ in .*y{90}.*the limit is 103\. Set XDG_STATE_HOME or TMPDIR/,
  );
});

test.skipIf(isWindows)('what an engine that was killed left there is removed', async () => {
  const folder = await makeEndpointFolder(runFolder);
  const socket = await socketPath(folder, NONCE);
  await writeFile(socket, '');
  const record = { token: 'x', pid: process.pid, startTime: 'long ago', runFolder, product: '1' };
  await writeEndpoint(folder, { socket, ...record });
  await removeDeadSocket(folder);
  await expect(stat(socket)).rejects.toThrow('ENOENT');
  // A path elsewhere is none of ours.
  const elsewhere = join(root, 'mine');
  await writeFile(elsewhere, '');
  await writeEndpoint(folder, { socket: elsewhere, ...record });
  await removeDeadSocket(folder);
  expect((await stat(elsewhere)).isFile()).toBe(true);
});
