import { stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { Command, Option } from 'commander';
import { EXPORT_FORMATS } from '../../domain/export-formats';
import type { ExportFormat } from '../../domain/export-formats';
import { exportOnnx } from '../../export/onnx';
import type { Context } from '../context';
import { badInput } from '../exit';
import { resultPath } from '../files';
import { resolveRun } from '../run-argument';
import { writeOutput } from '../write-output';
import { formatCount } from '../../text/format-count';

interface Options {
  readonly format: ExportFormat;
  readonly out?: string;
}

/** `vae export RUN`: writes the trained encoder and decoder as ONNX files. */
export function exportCommand(context: Context): Command {
  return new Command('export')
    .description('write the encoder and the decoder of a run as two ONNX files')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .addOption(new Option('--format <name>', 'kind of files').choices(EXPORT_FORMATS).default('onnx'))
    .option('--out <dir>', 'folder to write into (default: export in the run folder)')
    .option('--json', 'print one JSON object per line')
    .action(async (run: string, options: Options) => {
      const folder = await resolveRun(run, context.cwd);
      const out =
        options.out === undefined ? await resultPath(folder, 'export') : resolve(context.cwd, options.out);
      const there = await stat(out).catch(() => null);
      if (there && !there.isDirectory()) {
        throw badInput(`--out ${options.out}: this is a file; expected a folder, which is made where needed`);
      }
      const { files, step } = await exportOnnx(folder, out, writeOutput);
      const inputs = 'encoder.onnx: x -> mean, logVariance; decoder.onnx: z -> logits, mean';
      context.output.say(`step ${formatCount(step)}: ${files.join(', ')} (${inputs})`, {
        type: 'export',
        files,
        step,
      });
    });
}
