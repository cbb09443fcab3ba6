import { readdir } from 'node:fs/promises';
import * as z from 'zod';
import { EXPORT_FORMATS, PAGE_IMAGES, TABLE_TYPES } from '../../domain/export-formats';
import { exportRun as runExport } from '../../endpoint/export-run';
import { formatCount } from '../../text/format-count';
import { confinedPath } from '../confined-path';
import { path, run as runField } from '../fields';
import { modelRunOf, shownPath } from '../run-of';
import { defineTool } from '../tool';
import { ToolError } from '../tool-error';

/** Exports a run, by `vae export` in a process of its own. */
export const exportRun = defineTool({
  name: 'vae_export_run',
  title: 'Export Run',
  description:
    "Writes a run's newest model as files that other programs read: ONNX, PyTorch, TensorFlow.js, a table of all images (latents), TensorBoard, a model card, one page for a browser (html) or the whole run as an archive (run), into the folder 'export' of the run or another folder of the workspace.",
  access: 'change',
  input: z.strictObject({
    run: runField,
    format: z.enum(EXPORT_FORMATS).default(EXPORT_FORMATS[0]).describe('Kind of files.'),
    table: z.enum(TABLE_TYPES).default(TABLE_TYPES[0]).describe("Kind of table, for the format 'latents'."),
    images: z
      .enum(PAGE_IMAGES)
      .default('none')
      .describe(
        "Images of the dataset whose pictures the page holds, for the format 'html': ask the user first.",
      ),
    folder: path
      .optional()
      .describe('Folder to write into, new or empty; absent for that in the run folder.'),
    overwrite: z
      .boolean()
      .default(false)
      .describe('Whether the folder may hold files, which may be replaced.'),
  }),
  async run({ run: text, format, table, images, folder, overwrite }, { host, signal, progress }) {
    const run = await modelRunOf(host, text);
    const out = folder === undefined ? null : await confinedPath(host, folder);
    if (out !== null && !overwrite && (await readdir(out).catch(() => [])).length > 0)
      throw new ToolError(
        'bad-input',
        `${shownPath(host, out)} holds files; expected a new or empty folder, or overwrite: true to replace what has the same name`,
      );
    progress('exporting');
    const { engineFolder } = host;
    const request = { runFolder: run.folder, format, table, images, folder: out, overwrite, engineFolder };
    const { files, step, notes } = await runExport(request, signal, ({ text: doing }) => progress(doing));
    host.changed(run.folder);
    const shown = files.map((file) => shownPath(host, file));
    return {
      text: [`${run.name} is exported as at step ${formatCount(step)}: ${shown.join(', ')}`, ...notes],
      data: { run: run.name, format, files: shown, step, notes },
    };
  },
});
