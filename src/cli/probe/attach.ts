import { basename, dirname, resolve } from 'node:path';
import { Command, Option } from 'commander';
import { CLASS_VALUES, classesOf } from '../../engine/onnx/opened/classifier-use';
import type { ClassValues } from '../../engine/onnx/opened/classifier-use';
import { IMAGE_LAYOUTS, PIXEL_SCALES } from '../../engine/onnx/opened/use';
import type { ImageLayout, PixelScale } from '../../engine/onnx/opened/use';
import type { Answers } from '../../engine/onnx/opened/question';
import type { ClassifierReply, ClassifierRuntime } from '../../engine-process/classifier/classifier-methods';
import { ClassifierProcess } from '../../engine-process/classifier/classifier-process';
import { classifyPictures } from '../../model/classify';
import { evenlySpread } from '../../model/evaluation';
import { readClassifier, readClassifierFile, writeClassifier } from '../../runs/classifier';
import { readBytes } from '../../runs/guarded-files';
import { guarded } from '../../runs/guarded-path';
import { MAX_ONNX_BYTES } from '../../runs/opened-model';
import { readConfig } from '../../runs/store';
import { mostProbable } from '../../columns/class-probabilities';
import { asSentence } from '../../text/as-sentence';
import { formatCount } from '../../text/format-count';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { untilInterrupted } from '../evaluation';
import { badInput, CliError, EXIT } from '../exit';
import { checkOnnxFile } from '../model-files';
import { resolveRun } from '../run-argument';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { imagesOfRun } from './attached-run';
import { classNamesOf } from './class-names-of';
import { sha256 } from '../../runs/sha256';

/** Seconds that a call of the classifier may take before it counts as endless. */
const CALL_SECONDS = 60;
/** Images of a preview. */
const PREVIEW_IMAGES = 4;

const DETAILS = `
What the file does not say is asked for by these options. Names of classes come from --classes, from the file itself, or from a file
beside it (of the same name, or classes, labels or names, as .txt or .json; or config.json). The file is copied into the run folder.`;

interface Options extends EngineFlags {
  readonly size?: string;
  readonly layout?: ImageLayout;
  readonly scale?: PixelScale;
  readonly output?: string;
  readonly values?: ClassValues;
  readonly classes?: string;
  readonly callSeconds: number;
}

/** `vae probe attach RUN CLASSIFIER`: tries an image classifier, and keeps a copy of it in the run. */
export function attachCommand(context: Context): Command {
  const command = new Command('attach')
    .description('attach an image classifier, as an ONNX file, to a run, in place of any attached before')
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('<CLASSIFIER>', 'ONNX file')
    .option('--size <WxHxC>', 'image size that the classifier takes, such as 224x224 or 28x28x1')
    .addOption(new Option('--layout <order>', 'order of the numbers of an image').choices(IMAGE_LAYOUTS))
    .addOption(
      new Option(
        '--scale <values>',
        'pixels that it takes: 0 to 1, -1 to 1, normalised as for ImageNet, or 0 to 255',
      ).choices(PIXEL_SCALES),
    )
    .option('--output <name>', 'its output with a number for each class')
    .addOption(new Option('--values <kind>', 'what these numbers are').choices(CLASS_VALUES))
    .option('--classes <file>', 'names of the classes: one a line, or JSON')
    .option(
      '--call-seconds <n>',
      'seconds after which a call of the classifier is ended',
      wholeNumber(1, 3600),
      CALL_SECONDS,
    )
    .addHelpText('after', DETAILS)
    .action((run: string, file: string, options: Options) =>
      untilInterrupted((signal) => attach(run, resolve(context.cwd, file), options, context, signal)).finally(
        () => context.output.progress(''),
      ),
    );
  return addEngineOptions(command);
}

async function attach(
  run: string,
  path: string,
  options: Options,
  context: Context,
  signal: AbortSignal,
): Promise<void> {
  const { cwd, output } = context;
  const folder = await resolveRun(run, cwd);
  const { data } = await readConfig(folder);
  await checkOnnxFile(path, 'expected a classifier as an ONNX file');
  const process = new ClassifierProcess();
  const end = (): void => process.dispose();
  signal.addEventListener('abort', end);
  try {
    output.progress('trying the classifier');
    const trial = new Trial(process, path, options, signal);
    const reply = await trial.infer();
    if ('problem' in reply) throw badInput(reply.problem);
    if ('question' in reply) throw await questionError(reply.question, trial, folder, context);
    const { use, names: own, notes } = reply;
    const { names, note } = await classNamesOf(path, classesOf(use), options.classes, own, cwd);
    const bytes = await readBytes(guarded(dirname(path), basename(path)), MAX_ONNX_BYTES);
    if (sha256(bytes) !== reply.sha256) throw badInput(`${path} has changed since it was tried; try again`);
    signal.throwIfAborted();
    await writeClassifier(folder, bytes, { use, names, from: basename(path) });
    // What was written is what will be accepted.
    await readClassifierFile(folder, (await readClassifier(folder))!);
    const { width, height, channels } = use;
    const all = [...notes, ...colourNotes(data.channels, channels), ...(note === null ? [] : [note])];
    const size = `${width} × ${height}, ${channels === 1 ? 'grey' : 'colour'}`;
    output.say(
      [
        `attached: ${basename(path)}, ${formatCount(names.length)} classes of images of ${size}: ${folder}`,
        ...all.map((each) => `note: ${each}`),
      ],
      { type: 'attached', folder, width, height, channels, classes: names, notes: all },
    );
  } finally {
    signal.removeEventListener('abort', end);
    end();
  }
}

/** Says how images of the run become the classifier's, where one is grey and the other in colour. */
function colourNotes(run: number, classifier: number): string[] {
  if (run === classifier) return [];
  return run === 1
    ? ['the images of the run are grey: the three colours that the classifier takes are the same']
    : ['the images of the run are in colour: they are made grey for the classifier'];
}

/** Tries a classifier, in a process of its own. */
class Trial {
  private readonly runtime: ClassifierRuntime;

  constructor(
    private readonly process: ClassifierProcess,
    private readonly path: string,
    private readonly options: Options,
    private readonly signal: AbortSignal,
  ) {
    const { engine, threads = null, callSeconds } = options;
    this.runtime = { engine, threads, callMs: 1000 * callSeconds };
  }

  /** @param more answers beside those of the options */
  async infer(more: Answers = {}): Promise<ClassifierReply> {
    const { path, runtime } = this;
    const { size, layout, scale, output, values } = this.options;
    const given: Answers = { size, layout, output, values, 'input-scale': scale, ...more };
    const answers = Object.fromEntries(Object.entries(given).filter(([, answer]) => answer !== undefined));
    return this.process.call('infer', { path, answers, runtime }, this.signal).catch((error: Error) => {
      this.signal.throwIfAborted();
      return { problem: error.message };
    });
  }

  /** Returns the most probable class of some images, and its probability, for an answer. */
  async preview(
    more: Answers,
    images: { readonly ids: readonly string[] } & Parameters<typeof classifyPictures>[3],
    cwd: string,
  ): Promise<readonly PreviewedImage[]> {
    const { path, runtime, signal } = this;
    const reply = await this.infer(more);
    if (!('use' in reply)) return [];
    const { use, sha256 } = reply;
    const classes = classesOf(use);
    const { names } = await classNamesOf(path, classes, this.options.classes, reply.names, cwd);
    await this.process.call('open', { of: { path, use, sha256 }, runtime }, signal);
    const steps = classifyPictures(
      (bytes, count) => this.process.call('classify', { images: bytes, count }, signal),
      ...[use, classes, images],
    );
    for (;;) {
      const next = await steps.next();
      if (!next.done) continue;
      return Array.from(mostProbable(next.value, classes), (top, i) => ({
        id: images.ids[i]!,
        ...{ class: names[top]!, probability: next.value[i * classes + top]! },
      }));
    }
  }
}

interface PreviewedImage {
  readonly id: string;
  readonly class: string;
  readonly probability: number;
}

type Question = Extract<ClassifierReply, { readonly question: unknown }>['question'];
type Preview = readonly { readonly choice: string; readonly images: readonly PreviewedImage[] }[];

/** Says what to add to the command, and what each scale of pixels would make of some images; with --json, prints it as an object before. */
async function questionError(
  { key, message, choices }: Question,
  trial: Trial,
  folder: string,
  context: Context,
): Promise<CliError> {
  const { output } = context;
  const preview = key === 'input-scale' ? await previewOf(choices!, trial, folder, context) : [];
  output.progress('');
  output.say(
    preview.map(
      ({ choice, images }) =>
        `${choice}: ${images.map((each) => `${each.id} ${each.class} ${percent(each.probability)}`).join(', ')}`,
    ),
    { type: 'question', key, message, choices, preview },
  );
  const option = key === 'input-scale' ? '--scale' : `--${key}`;
  const which = choices === null ? '' : `: one of ${choices.join(', ')}`;
  return new CliError('question', `${asSentence(message)} Add ${option}${which}`, EXIT.badInput);
}

const percent = (value: number): string => `${(100 * value).toFixed(0)} %`;

async function previewOf(
  choices: readonly string[],
  trial: Trial,
  folder: string,
  context: Context,
): Promise<Preview> {
  try {
    const config = await readConfig(folder);
    const dataset = await imagesOfRun(folder, config, context, new AbortController().signal);
    const rows = evenlySpread(
      Uint32Array.from({ length: dataset.count }, (_, row) => row),
      PREVIEW_IMAGES,
    );
    const images = {
      shape: dataset.shape,
      count: rows.length,
      ids: Array.from(rows, (row) => dataset.id(row)),
      range: (first: number, count: number) => dataset.images.gather(rows.subarray(first, first + count)),
    };
    const previews: { choice: string; images: readonly PreviewedImage[] }[] = [];
    for (const choice of choices) {
      context.output.progress(`trying the scale ${choice}`);
      const found = await trial.preview({ 'input-scale': choice }, images, context.cwd).catch(() => []);
      previews.push({ choice, images: found });
    }
    return previews;
  } catch (error) {
    context.output.warn(`there is no preview: ${(error as Error).message}`);
    return [];
  }
}
