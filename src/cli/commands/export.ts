import { Command, Option } from 'commander';
import { EXPORT_FORMATS } from '../../domain/export-formats';
import type { ExportFormat } from '../../domain/export-formats';
import { FORMAT_VERSIONS, OPERATOR_SET } from '../../engine/onnx/model';
import { onnxFiles } from '../../export/onnx';
import { pytorchFiles } from '../../export/pytorch/pytorch';
import { openTrainedRun } from '../../export/trained-run';
import type { ExportedFile, TrainedRun } from '../../export/trained-run';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { untilInterrupted } from '../evaluation';
import { badInput } from '../exit';
import { ExportFolder } from '../export-folder';
import { resolveRun } from '../run-argument';
import { formatCount } from '../../text/format-count';

interface Options {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly opset?: number;
}

/** How the files of a format are made, and what to say about them. */
interface Format {
  readonly files: (run: TrainedRun, options: Options) => ExportedFile[];
  readonly use: string;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  onnx: {
    files: (run, { opset }) => onnxFiles(run, opset),
    use: 'encoder.onnx: x -> mean, logVariance; decoder.onnx: z -> mean and the parameters of p(x|z)',
  },
  pytorch: { files: pytorchFiles, use: 'from model import load; vae = load()' },
};

/** `vae export RUN`: writes a trained run as files that other programs read. */
export function exportCommand(context: Context): Command {
  return new Command('export')
    .description('write a run as files for other programs')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .addOption(new Option('--format <name>', 'kind of files').choices(EXPORT_FORMATS).default('onnx'))
    .option('--out <dir>', 'folder to write into (default: export in the run folder)')
    .option('--opset <n>', `operator set of ONNX files (default: ${OPERATOR_SET})`, operatorSet)
    .option('--json', 'print one JSON object per line')
    .action(async (text: string, options: Options) => {
      checkOptions(options);
      const { format, out } = options;
      const runFolder = await resolveRun(text, context.cwd);
      const folder = await ExportFolder.of(runFolder, out, context.cwd);
      const run = await openTrainedRun(runFolder);
      const { step } = run;
      const { files: make, use } = FORMATS[format];
      const files = await untilInterrupted(async (signal) => folder.write(make(run, options), signal));
      const notes: string[] = [];
      context.output.say(`step ${formatCount(step)}: ${files.join(', ')} (${use})`, {
        type: 'export',
        ...{ files, step, notes },
      });
    });
}

const OPERATOR_SETS = Object.keys(FORMAT_VERSIONS).map(Number);
const operatorSet = wholeNumber(Math.min(...OPERATOR_SETS), Math.max(...OPERATOR_SETS));

/** @throws CliError for an option that the format does not have */
function checkOptions({ format, opset }: Options): void {
  if (opset !== undefined && format !== 'onnx')
    throw badInput(`--opset ${opset}: only files of --format onnx have an operator set`);
}
