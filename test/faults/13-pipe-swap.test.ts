/** A file that is replaced by a named pipe, after it was looked at and before it is opened, is refused: nobody waits for a writer. */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { closeSync, constants, openSync, rmSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type * as Fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { findToken } from '../../src/cluster/token';
import { openIdx } from '../../src/datasets/arrays/idx';
import { isWhole, sha256Of } from '../../src/download/whole';
import { datasetSource } from '../../src/host/training/dataset-source';
import { openRegularFile } from '../../src/setup/open-regular-file.mjs';
import { idxImageCount } from '../../src/tools/datasets/idx-count';
import { has } from './support';

/** Paths that become pipes as soon as somebody has looked at them. */
const swapped = new Set<string>();
vi.mock('node:fs/promises', async (importActual) => {
  const actual = await importActual<typeof Fs>();
  const stat = async (path: string): Promise<unknown> => {
    const stats = await actual.stat(path);
    if (swapped.delete(path)) becomePipe(path);
    return stats;
  };
  return { ...actual, stat };
});

function becomePipe(path: string): void {
  rmSync(path);
  expect(spawnSync('mkfifo', [path]).status).toBe(0);
}

/** An IDX file of two images of one pixel. */
const IDX = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 1, 7, 9]);
async function all(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const read: Uint8Array[] = [];
  for await (const piece of pieces) read.push(piece);
  return Buffer.concat(read);
}

/** A call that waits would wait for ever. */
const TIMEOUT_MS = 30_000;

describe.skipIf(!has('mkfifo'))('a pipe in place of a file', { timeout: TIMEOUT_MS }, () => {
  let folder: string;
  let file: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vae-pipe-'));
    file = join(folder, 'images-idx3-ubyte');
    await writeFile(file, IDX);
  });
  afterEach(async () => {
    swapped.clear();
    // Whoever waits is released, so that the process can end.
    closeSync(openSync(file, constants.O_RDWR | constants.O_NONBLOCK));
    await rm(folder, { recursive: true });
  });

  test('is not opened, and neither is a folder', async () => {
    await expect(openRegularFile(folder)).rejects.toThrow(/not a regular file/);
    becomePipe(file);
    await expect(openRegularFile(file)).rejects.toThrow(/images-idx3-ubyte: not a regular file/);
  });

  test('is not read to recognise a dataset', async () => {
    expect(await datasetSource(file, undefined)).toMatchObject({ kind: 'idx' });
    swapped.add(file);
    await expect(datasetSource(file, undefined)).rejects.toThrow(/not a regular file/);
    expect(swapped.size).toBe(0);
  });

  test('is not read for the header of an IDX file', async () => {
    becomePipe(file);
    const layouts = [{ type: 8, fields: ['number of images', 'rows', 'columns'] }] as const;
    await expect(openIdx(file, layouts)).rejects.toThrow(/images-idx3-ubyte: not a regular file/);
    await expect(idxImageCount(folder, ['images-idx3-ubyte'])).rejects.toThrow(/not a regular file/);
  });

  test('is not read for the values of an IDX file whose header was read', async () => {
    const idx = await openIdx(file, [{ type: 8, fields: ['number of images', 'rows', 'columns'] }]);
    expect(await all(idx.values())).toEqual(Buffer.from([7, 9]));
    becomePipe(file);
    await expect(all(idx.values())).rejects.toThrow(/images-idx3-ubyte: not a regular file/);
  });

  test('is no downloaded file', async () => {
    const sha256 = createHash('sha256').update(IDX).digest('hex');
    expect(await sha256Of(file)).toBe(sha256);
    const published = { name: 'images-idx3-ubyte', bytes: IDX.length, sha256 } as Parameters<
      typeof isWhole
    >[0];
    expect(await isWhole(published, folder)).toBe(true);
    swapped.add(file);
    await expect(isWhole(published, folder)).rejects.toThrow(/not a regular file/);
    expect(swapped.size).toBe(0);
  });

  test('holds no token', async () => {
    becomePipe(file);
    await expect(findToken({ RAY_AUTH_TOKEN_PATH: file }, folder)).rejects.toThrow(/not a regular file/);
  });
});
