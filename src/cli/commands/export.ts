import { Command, Option } from 'commander';
import { EXPORT_FORMATS, PAGE_IMAGES, TABLE_TYPES, exportedNames } from '../../domain/export-formats';
import type { ExportFormat, PageImages, TableType } from '../../domain/export-formats';
import { FORMAT_VERSIONS, OPERATOR_SET } from '../../engine/onnx/model';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { latentsFiles } from '../../export/latents/latents';
import { modelCardFiles } from '../../export/model-card/model-card';
import { onnxFiles } from '../../export/onnx';
import { pytorchFiles } from '../../export/pytorch/pytorch';
import { tensorboardFiles } from '../../export/tensorboard/tensorboard';
import { tfjsFiles } from '../../export/tfjs';
import { runArchiveFiles } from '../../export/run-archive';
import { webPageFiles } from '../../export/web-page/web-page';
import { openTrainedRun } from '../../export/trained-run';
import type { ExportedFile, TrainedRun } from '../../export/trained-run';
import type { ExportWork } from '../../export/work';
import { readAsset } from '../../images/codecs/asset-file';
import { requireTrained } from '../../runs/require-trained';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { untilInterrupted } from '../evaluation';
import { badInput } from '../exit';
import { ExportFolder } from '../export-folder';
import { resolveRun } from '../run-argument';
import { stepProgress } from '../step-progress';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { engineForModel } from '../../engine-process/programs/engine-options';
import { formatCount } from '../../text/format-count';

interface Options extends EngineFlags {
  readonly format: ExportFormat;
  readonly out?: string;
  readonly overwrite?: true;
  readonly opset?: number;
  readonly table?: TableType;
  readonly images?: PageImages;
  readonly fileNames?: true;
}

/** How the files of a format are made, and what to say about them. */
interface Format {
  readonly files: (
    run: TrainedRun,
    options: Options,
    work: ExportWork,
  ) => readonly ExportedFile[] | Promise<readonly ExportedFile[]>;
  readonly use: string;
}

const FORMATS: Readonly<Record<ExportFormat, Format>> = {
  onnx: {
    files: (run, { opset }) => onnxFiles(run, opset),
    use: 'encoder.onnx: x -> mean, logVariance; decoder.onnx: z -> mean and the parameters of p(x|z)',
  },
  pytorch: { files: pytorchFiles, use: 'from model import load; vae = load()' },
  tfjs: {
    files: tfjsFiles,
    use: "const decoder = await tf.loadGraphModel('tfjs/decoder/model.json')",
  },
  latents: {
    files: (run, { table = TABLE_TYPES[0] }, work) => latentsFiles(run, table, work),
    use: 'a row per image: id, label, split, tags, bound, map, mean and log-variance',
  },
  tensorboard: {
    files: (run, _, work) => tensorboardFiles(run, work),
    use: 'tensorboard --logdir tensorboard',
  },
  'model-card': {
    files: (run, _, work) => modelCardFiles(run, work),
    use: 'data, settings, bounds and pictures, as Markdown',
  },
  html: {
    files: async (run, { images = PAGE_IMAGES[0], fileNames = false }, work) =>
      webPageFiles(run, { images, fileNames }, await pageTemplate(), work),
    use: 'opens in a browser, without a server and without a network',
  },
  run: {
    files: (run, _, work) => runArchiveFiles(run, work),
    use: 'the whole run; vae import opens it elsewhere',
  },
};

const DETAILS = `
onnx         encoder.onnx and decoder.onnx, for ONNX Runtime
pytorch      model.py, a torch.nn.Module to read, and model.safetensors
tfjs         encoder and decoder as graph models of TensorFlow.js
latents      one table of all images: encodings, bounds, positions on the map, labels, tags (--table parquet, csv or npz)
tensorboard  curves as event files, and the images for the projector
model-card   model-card.md: data, settings, bounds with their conditions, pictures
html         explorer.html, one page to share: map, decoder, paths and curve (--images sample, all or none; --file-names)
run          run.vae.zip, the whole run without images, for \`vae import\` elsewhere
All formats except run use the newest checkpoint. An interrupted export changes no file.`;

/** `vae export RUN`: writes a trained run as files that other programs read. */
export function exportCommand(context: Context): Command {
  const command = new Command('export')
    .description('write a run as files for other programs')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .addOption(new Option('--format <name>', 'kind of files').choices(EXPORT_FORMATS).default('onnx'))
    .option('--out <dir>', 'folder to write into (default: export in the run folder)')
    .option('--overwrite', 'with --out: replace existing files of the same names')
    .option('--opset <n>', `operator set of ONNX files (default: ${OPERATOR_SET})`, operatorSet)
    .addOption(
      new Option('--table <type>', `table of --format latents (default: ${TABLE_TYPES[0]})`).choices(
        TABLE_TYPES,
      ),
    )
    .addOption(
      new Option(
        '--images <which>',
        `pictures of the dataset in --format html (default: ${PAGE_IMAGES[0]})`,
      ).choices(PAGE_IMAGES),
    )
    .option('--file-names', 'include the names of the images in --format html')
    .addHelpText('after', DETAILS)
    .action(async (text: string, options: Options) => {
      checkOptions(options);
      const { format, out } = options;
      const runFolder = await resolveRun(text, context.cwd);
      const folder = await ExportFolder.of(runFolder, out, context.cwd);
      if (!options.overwrite)
        await folder.refuseOlder(exportedNames({ format, table: options.table ?? TABLE_TYPES[0] }));
      const run = await openTrainedRun(runFolder);
      // Of a model that was trained elsewhere there are encodings, and the files that it came in.
      if (format !== 'latents' && format !== 'tensorboard')
        requireTrained(run.config, `exported as ${format}`);
      const { step } = run;
      const { files: make, use } = FORMATS[format];
      const notes: string[] = [];
      const files = await untilInterrupted(async (signal) => {
        const work = workOf(options, context, notes, signal);
        return folder.write(await make(run, options, work), signal);
      }).finally(() => context.output.progress(''));
      if (!context.output.json) notes.forEach((note) => context.output.warn(note));
      context.output.say(`step ${formatCount(step)}: ${files.join(', ')} (${use})`, {
        type: 'export',
        ...{ files, step, notes },
      });
    });
  return addEngineOptions(command);
}

/** The page without data, which lies beside the bundle. */
const pageTemplate = async (): Promise<string> =>
  new TextDecoder().decode(await readAsset('latent-explorer/page.html'));

function workOf(
  { engine, threads }: Options,
  context: Context,
  notes: string[],
  signal: AbortSignal,
): ExportWork {
  return {
    engine: async (config) => (await engineForModel({ engine, threads: threads ?? null }, config)).engine,
    load: loadOptions(),
    signal,
    note: (sentence) => void (notes.includes(sentence) || notes.push(sentence)),
    onProgress: stepProgress(context),
  };
}

const OPERATOR_SETS = Object.keys(FORMAT_VERSIONS).map(Number);
const operatorSet = wholeNumber(Math.min(...OPERATOR_SETS), Math.max(...OPERATOR_SETS));

/** @throws CliError for an option that the format does not have */
function checkOptions({ format, opset, table, images, fileNames }: Options): void {
  if (table !== undefined && format !== 'latents')
    throw badInput(`--table ${table}: only --format latents is a table, got --format ${format}`);
  if (opset !== undefined && format !== 'onnx')
    throw badInput(`--opset ${opset}: only --format onnx has an operator set, got --format ${format}`);
  if (images !== undefined && format !== 'html')
    throw badInput(`--images ${images}: only --format html holds pictures by choice, got --format ${format}`);
  if (fileNames && format !== 'html')
    throw badInput(`--file-names: only --format html leaves them out otherwise, got --format ${format}`);
}
