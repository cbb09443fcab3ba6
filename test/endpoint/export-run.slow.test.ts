import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { exportRun } from '../../src/endpoint/export-run';
import type { ExportRequest } from '../../src/endpoint/export-run';
import { Cli } from '../cli/support';

let cli: Cli;
let request: Omit<ExportRequest, 'folder'>;
const never = new AbortController().signal;
beforeAll(async () => {
  cli = await Cli.build();
  const run = cli.path('-run');
  const sizes = ['--set', 'hidden=8', '--set', 'latent=2', '--samples', '600'];
  const { stderr } = await cli.run([
    'train',
    '--data',
    'digits:60',
    '--preset',
    'fast',
    ...sizes,
    '--run',
    run,
  ]);
  expect(stderr).toBe('');
  request = {
    ...{ runFolder: run, format: 'onnx', table: 'parquet', overwrite: false },
    engineFolder: dirname(cli.program),
  };
});
afterAll(() => cli.dispose());

test('a run is exported by a process of its own, into its folder or another one, with the same bytes', async () => {
  const { files, step } = await exportRun({ ...request, folder: null }, never);
  expect(files).toEqual(
    ['encoder.onnx', 'decoder.onnx'].map((name) => join(request.runFolder, 'export', name)),
  );
  expect(step).toBeGreaterThan(0);
  const other = await exportRun({ ...request, folder: cli.path('new', 'out') }, never);
  expect(other.step).toBe(step);
  for (const [i, file] of other.files.entries())
    expect((await readFile(file)).equals(await readFile(files[i]!))).toBe(true);
});

test('files in another folder are replaced only where that is asked for', async () => {
  const folder = cli.path('mine');
  await mkdir(folder);
  await writeFile(join(folder, 'encoder.onnx'), 'mine');
  await expect(exportRun({ ...request, folder }, never)).rejects.toThrow(/--overwrite/);
  expect(await readFile(join(folder, 'encoder.onnx'), 'utf8')).toBe('mine');
  await exportRun({ ...request, folder, overwrite: true }, never);
  expect(await readFile(join(folder, 'encoder.onnx'), 'utf8')).not.toBe('mine');
});

test('it fails with the reason that the command gives', async () => {
  await expect(exportRun({ ...request, folder: null, runFolder: cli.path('gone') }, never)).rejects.toThrow(
    /gone: there is no such run/,
  );
  await writeFile(cli.path('file'), 'mine');
  await expect(exportRun({ ...request, folder: cli.path('file') }, never)).rejects.toThrow(/this is a file/);
  expect(await readFile(cli.path('file'), 'utf8')).toBe('mine');
});

test('while images are encoded it says how far it is, and a cancelled export leaves nothing', async () => {
  const stop = new AbortController();
  const table = { ...request, format: 'latents', folder: cli.path('stopped', 'deep') } as const;
  const run = await readdir(request.runFolder, { recursive: true });
  const seen: string[] = [];
  const asked = exportRun(table, stop.signal, ({ text, done, total }) => {
    seen.push(text);
    expect(done).toBeLessThanOrEqual(total);
    stop.abort(new Error('enough'));
  });
  await expect(asked).rejects.toThrow('enough');
  expect(seen).toHaveLength(1);
  // It may have ended before it was asked to.
  const left = await readdir(cli.path('stopped', 'deep')).catch(() => []);
  expect(left.filter((name) => name !== 'latents.parquet')).toEqual([]);
  expect(await readdir(request.runFolder, { recursive: true })).toEqual(run);
  const progress: string[] = [];
  const { files, notes } = await exportRun(table, never, ({ text }) => progress.push(text));
  expect(files).toEqual([cli.path('stopped', 'deep', 'latents.parquet')]);
  expect(notes).toHaveLength(1);
  expect(progress.length).toBeGreaterThan(0);
});

test('it ends when it is cancelled, and leaves nothing half written', async () => {
  const earlier = await exportRun({ ...request, folder: cli.path('cancelled') }, never);
  const before = await Promise.all(earlier.files.map((file) => readFile(file)));
  const stop = new AbortController();
  const asked = exportRun({ ...request, folder: cli.path('cancelled') }, stop.signal);
  stop.abort(new Error('cancelled'));
  await expect(asked).rejects.toThrow('cancelled');
  expect((await readdir(cli.path('cancelled'))).sort()).toEqual(['decoder.onnx', 'encoder.onnx']);
  for (const [i, file] of earlier.files.entries())
    expect((await readFile(file)).equals(before[i]!)).toBe(true);
});
