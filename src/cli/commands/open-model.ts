import { basename, dirname, extname } from 'node:path';
import { Command, Option } from 'commander';
import type { Dataset } from '../../datasets/dataset';
import { loadDataset } from '../../datasets/load';
import { confirmedSource } from '../../datasets/parse-source';
import { oneLine } from '../../domain/run-about';
import { chooseForOpenedModel } from '../../engine/choose';
import { IMAGE_LAYOUTS, PIXEL_SCALES, latentOf } from '../../engine/onnx/opened/use';
import type { ImageLayout, ModelUse, PixelScale } from '../../engine/onnx/opened/use';
import { PACKED_AXES } from '../../engine/onnx/opened/packed';
import type { PackedAxis } from '../../engine/onnx/opened/packed';
import type { Answers } from '../../engine/onnx/opened/question';
import { loadOptions } from '../../engine-process/jobs/load-options';
import { createOpenedRun } from '../../engine-process/opened/create-opened-run';
import type { TrialReply, TrialRequest } from '../../engine-process/opened/open-files-job';
import { tryInChild } from '../../engine-process/opened/try-in-child';
import { changeAbout } from '../../runs/about';
import { removeUnopenedRun } from '../../runs/opened-model';
import { asSentence } from '../../text/as-sentence';
import { formatCount } from '../../text/format-count';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { addChoiceOptions, DATA_HELP, datasetSourceOf } from '../dataset-options';
import type { ImageSelectionOptions } from '../dataset-options';
import { untilInterrupted } from '../evaluation';
import { badInput, CliError, EXIT } from '../exit';
import { outputPath } from '../files';
import { modelFiles } from '../model-files';
import type { ModelPaths } from '../model-files';
import { drawPreview, optionOf } from '../open-question';
import { newNamedRunFolder } from '../run-argument';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';

const DETAILS = `
The encoder gives a mean and, if it has one, a log-variance or standard deviation; the decoder gives an image. What their files do not
say is asked for by these options; the answers are kept in model.json of the run folder, and the files are copied there.

Examples:
  vae open-model exported/ --data photos
  vae open-model encoder.onnx decoder.onnx --data photos --scale signed --name 'from PyTorch'
  vae open-model exported/ --data photos --preview scales.png    (draws the choices, opens nothing)

There is no bound for such a model, as its likelihood is not known, and it cannot be trained on.`;

/** Seconds that a call of the model may take before it counts as endless. */
const CALL_SECONDS = 60;

interface Options extends EngineFlags, ImageSelectionOptions {
  readonly data: string;
  readonly name?: string;
  readonly run?: string;
  readonly size?: string;
  readonly layout?: ImageLayout;
  readonly mean?: string;
  readonly logVariance?: string;
  readonly standardDeviation?: string;
  readonly packed?: PackedAxis;
  /** False for --no-spread. */
  readonly spread: boolean;
  readonly image?: string;
  readonly scale?: PixelScale;
  readonly inputScale?: PixelScale;
  readonly outputScale?: PixelScale;
  readonly preview?: string;
  readonly callSeconds: number;
}

/** `vae open-model ENCODER DECODER --data D`: makes a run of a model that was trained elsewhere, to explore it. */
export function openModelCommand(context: Context): Command {
  const scale = (flags: string, of: string): Option =>
    new Option(flags, `values of ${of}: 0 to 1, -1 to 1, normalised as for ImageNet, or 0 to 255`).choices(
      PIXEL_SCALES,
    );
  const command = new Command('open-model')
    .description('open a model that was trained elsewhere, as two ONNX files, to explore it with your images')
    .argument('<PATHS...>', 'a folder with encoder.onnx and decoder.onnx, or the two files')
    .requiredOption('--data <source>', `images to explore it with: ${DATA_HELP}`)
    .option('--name <name>', 'name of the run')
    .option('--run <dir>', 'run folder to create (default: a new one in ./.vae/runs)')
    .option('--size <WxHxC>', 'image size that the encoder takes, such as 64x64 or 28x28x1')
    .addOption(new Option('--layout <order>', 'order of the numbers of an image').choices(IMAGE_LAYOUTS))
    .option('--mean <output>', "the encoder's output with the mean")
    .option('--log-variance <output>', "the encoder's output with the log-variance")
    .option('--standard-deviation <output>', "the encoder's output with the standard deviation")
    .addOption(
      new Option(
        '--packed <axis>',
        'axis on which one output has the mean and then the spread, after the batch',
      ).choices(PACKED_AXES),
    )
    .option('--no-spread', 'use no other output of the encoder as the spread')
    .option('--image <output>', "the decoder's output with the image")
    .addOption(scale('--scale <values>', 'pixels in both files'))
    .addOption(scale('--input-scale <values>', 'pixels that the encoder takes'))
    .addOption(scale('--output-scale <values>', 'pixels that the decoder gives'))
    .option(
      '--preview <file.png>',
      'draw images and their reconstructions, in each possible scale if none is given, and open nothing',
    )
    .option(
      '--call-seconds <n>',
      'seconds after which a call of the model is ended',
      wholeNumber(1, 3600),
      CALL_SECONDS,
    )
    .addHelpText('after', DETAILS)
    .action((paths: string[], options: Options) =>
      untilInterrupted(async (signal) => {
        await openModel(await modelFiles(paths, context.cwd), options, context, signal);
      }).finally(() => context.output.progress('')),
    );
  return addEngineOptions(addChoiceOptions(command));
}

async function openModel(
  files: ModelPaths,
  options: Options,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  const preview =
    options.preview === undefined
      ? null
      : await outputPath(options.preview, context.cwd, ['.png'], '--preview');
  const source = await confirmedSource(await datasetSourceOf(options.data, options, context));
  const { engine, threads = null } = options;
  const answers = answersOf(options);
  const attempt = (request: Pick<TrialRequest, 'answers' | 'images'>): Promise<TrialReply> => {
    context.output.progress('trying the model');
    return tryInChild({ ...files, ...request, engine, threads, callMs: options.callSeconds * 1000 }, signal);
  };
  const load = ({ width, height, channels }: ModelUse): Promise<Dataset> =>
    loadDataset(source, {
      ...{ width, height, channels, signal },
      ...loadOptions(),
      onProgress: (done, total) =>
        context.output.progress(`reading images ${formatCount(done)} / ${formatCount(total)}`),
    });
  if (preview !== null) {
    const scales = await drawPreview(preview, answers, attempt, load);
    const rows = scales === null ? '' : `, by the scales ${scales.join(', ')} from the top`;
    context.output.say(`images above their reconstructions${rows}: ${preview}`, {
      ...{ type: 'preview', out: preview, scales },
    });
    return;
  }
  const reply = await attempt({ answers, images: null });
  if ('problem' in reply) throw badInput(reply.problem);
  if ('question' in reply) throw questionError(reply.question, context);
  const { use, notes } = reply;
  const dataset = await load(use);
  signal.throwIfAborted();
  const { engine: runner } = await chooseForOpenedModel({ engine, threads });
  const folder = await newNamedRunFolder(options.run, options.name ?? nameOf(files), context);
  const { description } = runner;
  const tried = { encoder: reply.encoder, decoder: reply.decoder };
  const run = { ...files, tried, use, dataset, engine: description, now: context.today() };
  await createOpenedRun(folder, run, signal);
  if (options.name !== undefined) {
    const name = oneLine(options.name);
    await changeAbout(folder, () => ({ name })).catch(async (error: unknown) => {
      await removeUnopenedRun(folder);
      throw error;
    });
  }
  sayOpened(folder, use, dataset, notes, context);
}

function sayOpened(
  folder: string,
  use: ModelUse,
  { count, name }: Dataset,
  notes: readonly string[],
  { output }: Context,
): void {
  const { width, height, channels } = use;
  const size = `${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}`;
  const latent = latentOf(use);
  output.say(
    [
      `opened: ${size}, ${formatCount(latent)} latent dimensions, ${formatCount(count)} images of ${name}: ${folder}`,
      ...notes.map((note) => `note: ${note}`),
    ],
    { type: 'opened', folder, width, height, channels, latent, images: count, notes },
  );
}

/** Names a run after the folder of the model's files. */
function nameOf({ encoder }: ModelPaths): string {
  return basename(dirname(encoder)) || basename(encoder, extname(encoder));
}

function answersOf(options: Options): Answers {
  const { size, layout, mean, packed, image, scale, spread } = options;
  const given: Answers = {
    ...{ size, layout, mean, packed, image },
    'log-variance': spread ? options.logVariance : '',
    'standard-deviation': options.standardDeviation,
    'input-scale': options.inputScale ?? scale,
    'output-scale': options.outputScale ?? scale,
  };
  return Object.fromEntries(Object.entries(given).filter(([, answer]) => answer !== undefined));
}

type Question = Extract<TrialReply, { readonly question: unknown }>['question'];

/** Says what to add to the command; with --json, prints the question as an object before. */
function questionError({ key, message, choices }: Question, { output }: Context): CliError {
  output.say(null, { type: 'question', key, message, choices });
  const spread = key === 'log-variance' ? ', --standard-deviation or --no-spread' : '';
  const listed = choices?.filter((choice) => choice !== '');
  const which = listed === undefined ? '' : `: one of ${listed.join(', ')}`;
  const look = key === 'output-scale' ? '; --preview FILE.png draws the choices' : '';
  return new CliError(
    'question',
    `${asSentence(message)} Add ${optionOf(key)}${spread}${which}${look}`,
    EXIT.badInput,
  );
}
