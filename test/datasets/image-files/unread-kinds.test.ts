import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { strToU8, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { loadDataset, parseSource } from '../../../src/datasets/load';
import { greyPng, temporaryFolder, writeFiles } from '../fixtures';

const PICKLE = Buffer.from('\x80\x04\x95\x0b\0\0\0\0\0\0\0\x8c\x07os.path', 'latin1');

async function load(files: Record<string, Uint8Array | string>, rules?: 1 | 2) {
  const folder = await temporaryFolder();
  await writeFiles(folder, files);
  const dataset = await loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href, rules });
  return {
    ids: Array.from({ length: dataset.count }, (_, i) => dataset.id(i)),
    skipped: dataset.skipped.map(({ path }) => path),
    notes: dataset.notes.filter(({ subject }) => subject !== 'values').map(({ text }) => text),
  };
}

describe('what a folder holds besides images', () => {
  it('is counted by kind, with what to do', async () => {
    const { ids, notes, skipped } = await load({
      'a.png': greyPng(8, 1),
      'raw/1.CR2': 'x',
      'raw/2.cr2': 'x',
      'raw/3.nef': 'x',
      'raw/4.dng': 'x',
      'scan.nii.gz': 'x',
      'data.h5': 'x',
      'cube.zarr/0.0.0': 'x',
      'cube.zarr/a.png': greyPng(8, 1),
      'notes.txt': 'x',
      'labels.csv': 'x',
      README: 'x',
    });
    expect([ids, skipped]).toEqual([['a.png'], []]);
    expect(notes).toEqual([
      'not read: 4 camera raw files (raw/1.CR2, raw/2.cr2, raw/3.nef and 1 more): export them as PNG or JPEG; ' +
        '1 Zarr array (cube.zarr): save their images with numpy.savez_compressed as .npz (zarr); ' +
        '1 HDF5 or MATLAB file (data.h5): save their images with numpy.savez_compressed as .npz (h5py, scipy.io); ' +
        '1 NIfTI volume (scan.nii.gz): save their slices, for example with nibabel, as PNG or .npy',
    ]);
  });

  it('is read by its first bytes where it has no suffix, or a wrong one', async () => {
    const { ids, notes } = await load({
      '0001': greyPng(8, 1),
      'img.0002': greyPng(8, 2),
      'deep/photo.heic': greyPng(8, 3),
      'deep/really.heic': Buffer.from('\0\0\0\x18ftypheic', 'latin1'),
      data_batch_1: PICKLE,
      LICENSE: 'text',
      'a.txt': greyPng(8, 3),
    });
    expect(ids).toEqual(['0001', 'deep/photo.heic', 'img.0002']);
    expect(notes[0]).toMatch(/1 pickle \(data_batch_1\): loading one can run any code/);
    expect(notes[0]).toMatch(/1 HEIC image \(deep\/really.heic\)/);
  });

  it.skipIf(process.platform === 'win32')('is not waited for', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'a.png': greyPng(8, 1) });
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    expect((await loadDataset({ kind: 'folder', uri: pathToFileURL(folder).href })).count).toBe(1);
  });

  it('by the rules 1 is what it was', async () => {
    const files = { 'a.png': greyPng(8, 1), b: greyPng(8, 2), 'c.pgm': 'P5 8 8 255\n', 'd.svg': '<svg/>' };
    const { ids, skipped, notes } = await load(files, 1);
    expect([ids, skipped, notes]).toEqual([['a.png'], ['d.svg'], []]);
  });
});

it('an archive is read by first bytes, too, and names what it holds instead of images', async () => {
  const folder = await temporaryFolder();
  await writeFiles(folder, {
    'a.zip': zipSync({
      one: greyPng(8, 1),
      'two.png': greyPng(8, 2),
      'x.psd': strToU8('8BPS'),
      README: strToU8('x'),
    }),
    'b.zip': zipSync({ 'archive/data.pkl': PICKLE, 'archive/data/0': strToU8('x') }),
  });
  const zip = (name: string) => loadDataset({ kind: 'zip', uri: pathToFileURL(join(folder, name)).href });
  const { count, notes } = await zip('a.zip');
  expect([count, notes.filter(({ subject }) => subject !== 'values').map(({ text }) => text)]).toEqual([
    2,
    ['not read: 1 editor image (x.psd): export them as PNG or JPEG'],
  ]);
  await expect(zip('b.zip')).rejects.toThrow(
    /b.zip: no images found \(not read: 1 pickle \(archive\/data.pkl\): loading one can run/,
  );
});

describe('parseSource', () => {
  it.each<[string, Uint8Array | string, RegExp]>([
    [
      'data_batch_1',
      PICKLE,
      /one of the pickles, which are not read; loading one can run any code that is in it; if you trust it/,
    ],
    ['model.pth', zipSync({ 'archive/data.pkl': PICKLE }), /one of the pickles/],
    [
      'a.h5',
      Buffer.from('\x89HDF\r\n\x1a\n', 'latin1'),
      /one of the HDF5 or MATLAB files, .*save their images with numpy/,
    ],
    ['film.mp4', '\0\0\0\x18ftypisom', /one of the videos.*extract frames/],
    ['a.tar.xz', 'x', /one of the packed archives, which are not read; unpack them/],
    ['broken.npz', 'x', /neither a folder nor a file of a known kind/],
  ])('refuses %s by name, with what to do', async (name, content, message) => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { [name]: content });
    await expect(parseSource(name, folder)).rejects.toThrow(message);
  });

  it('names what a folder without images holds', async () => {
    const folder = await temporaryFolder();
    await writeFiles(folder, { 'cifar/data_batch_1': PICKLE, 'cifar/data_batch_2': PICKLE });
    await expect(parseSource('cifar', folder)).rejects.toThrow(
      /no images found in this folder \(not read: 2 pickles \(data_batch_1, data_batch_2\): loading one can run/,
    );
  });
});
