/** Of an export that is cancelled nothing stays, whatever its format: the files before it are as they were. */
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { ExportFolder } from '../../src/cli/export-folder';
import { EXPORT_FORMATS, TABLE_TYPES, exportedNames } from '../../src/domain/export-formats';
import type { ExportFormat } from '../../src/domain/export-formats';
import { wasmEngine } from '../../src/engine/onnx/wasm-engine';
import { latentsFiles } from '../../src/export/latents/latents';
import { modelCardFiles } from '../../src/export/model-card/model-card';
import { onnxFiles } from '../../src/export/onnx';
import { pytorchFiles } from '../../src/export/pytorch/pytorch';
import { runArchiveFiles } from '../../src/export/run-archive';
import { tensorboardFiles } from '../../src/export/tensorboard/tensorboard';
import { tfjsFiles } from '../../src/export/tfjs';
import type { ExportedFile, TrainedRun } from '../../src/export/trained-run';
import { webPageFiles } from '../../src/export/web-page/web-page';
import type { ExportWork } from '../../src/export/work';
import { useFolder } from '../host/support';
import { PAGE_MODELS, WORK, pageRun } from './page-run';

type Files = readonly ExportedFile[] | Promise<readonly ExportedFile[]>;
const FILES = {
  onnx: (run) => onnxFiles(run),
  pytorch: pytorchFiles,
  tfjs: tfjsFiles,
  latents: (run, work) => latentsFiles(run, TABLE_TYPES[0], work),
  tensorboard: tensorboardFiles,
  html: (run, work) => webPageFiles(run, { images: 'sample', fileNames: false }, '<p>{{data}}</p>', work),
  run: runArchiveFiles,
  'model-card': modelCardFiles,
} satisfies Record<ExportFormat, (run: TrainedRun, work: ExportWork) => Files>;

const folder = useFolder();

/** Files of a folder and its folders, with what they hold. */
async function held(path: string): Promise<Record<string, string>> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  const files = entries
    .filter((entry) => !entry.isDirectory())
    .map(({ parentPath, name }) => join(parentPath, name));
  const read = await Promise.all(files.map(async (file) => [file, await readFile(file, 'utf8')] as const));
  return Object.fromEntries(read);
}

/** The files, of which the last is cancelled after its first piece. */
const cancelled = (files: readonly ExportedFile[], cancel: () => void): ExportedFile[] =>
  files.map(({ name, content }, i) => ({
    name,
    content: (async function* () {
      for await (const piece of typeof content === 'string' ? [Buffer.from(content)] : content) {
        if (i === files.length - 1) cancel();
        yield piece;
      }
    })(),
  }));

test.each(EXPORT_FORMATS)('%s', async (format) => {
  const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
  const out = join(folder.path(), 'out');
  const names = exportedNames({ format, table: TABLE_TYPES[0] });
  // One is there from before, the others are not.
  await mkdir(dirname(join(out, names[0]!)), { recursive: true });
  await writeFile(join(out, names[0]!), 'older');
  const before = await held(out);
  const control = new AbortController();
  const work = { ...WORK, engine: () => wasmEngine(1), signal: control.signal };
  const target = await ExportFolder.of(run.folder, out, folder.path());
  const files = await FILES[format](run, work);
  expect(files.map(({ name }) => name)).toEqual(names);
  const why = new Error('cancelled');
  await expect(
    target.write(
      cancelled(files, () => control.abort(why)),
      control.signal,
    ),
  ).rejects.toBe(why);
  expect(await held(out)).toEqual(before);
  expect((await readdir(out)).sort()).toEqual([names[0]!.split('/')[0]]);
});
