import { extname, resolve } from 'node:path';
import { Command } from 'commander';
import { loadModelInput } from '../../model/load-model-input';
import type { AttachedClassifier } from '../../runs/classifier';
import { classifierKey, readClassProbabilities } from '../../runs/class-probabilities';
import type { RunConfig } from '../../runs/config';
import { encodeNpy } from '../../runs/npy';
import { shapeOf } from '../../runs/run-shape';
import { readConfig } from '../../runs/store';
import { csvField } from '../../shared/csv-field';
import { leadingClasses, mostProbable } from '../../columns/class-probabilities';
import { float32Text } from '../../text/float32-text';
import { formatCount } from '../../text/format-count';
import type { Context } from '../context';
import { untilInterrupted } from '../evaluation';
import { badInput, EXIT, toCliError } from '../exit';
import { outputPath } from '../files';
import { formatTable } from '../format';
import { MAX_RESULT_LENGTH } from '../output';
import { resolveRun } from '../run-argument';
import { addEngineOptions } from '../training';
import type { EngineFlags } from '../training';
import { writeOutput } from '../write-output';
import { imagesOfRun, withClassifier } from './attached-run';
import type { RunClassifier } from '../../engine-process/classifier/run-classifier';

const DETAILS = `
Without IMAGES, all images of the run are classified, and the result is kept in its folder: the explorer's map shows it as columns, and
\`vae export --format latents\` has it in its table. Images are classified as the run's model sees them, in its size.

FILE.csv   id,predicted,probability, then a column for each class
FILE.json  { classes, images: [{ id, predicted, probability, probabilities }] }
FILE.npy   float32 of shape [n, classes]; FILE.ids.json and FILE.classes.json have the ids and the names
Images that cannot be read are skipped and listed on stderr; the exit code is then 2.`;

/** Classes that are shown of each image, and of all. */
const SHOWN = 3;
const MAX_LISTED = 20;

interface Options extends EngineFlags {
  readonly out?: string;
}

/** What a classifier says about some images. */
interface Classified {
  readonly ids: readonly string[];
  readonly names: readonly string[];
  /** images × classes. */
  readonly values: Float32Array;
}

/** `vae probe classify RUN [IMAGES...]`: probabilities of classes, printed or written to a file. */
export function classifyCommand(context: Context): Command {
  const command = new Command('classify')
    .description("classify images of a run, or image files, with the run's classifier")
    .argument('<RUN>', 'run folder, run name, or `latest`')
    .argument('[IMAGES...]', 'image files (default: all images of the run)')
    .option('--out <file>', 'write a .csv, .json or .npy file')
    .addHelpText('after', DETAILS)
    .action(async (run: string, images: string[], options: Options) => {
      const out =
        options.out === undefined
          ? null
          : await outputPath(options.out, context.cwd, ['.csv', '.json', '.npy']);
      const folder = await resolveRun(run, context.cwd);
      const config = await readConfig(folder);
      const classified = await untilInterrupted((signal) => {
        const load = (): ReturnType<typeof imagesOfRun> => imagesOfRun(folder, config, context, signal);
        return withClassifier(folder, options, load, context, async (classifier) => {
          const attached = await classifier.attached();
          return images.length === 0
            ? ofRun(classifier, attached, folder, load, context, signal)
            : ofFiles(classifier, attached, config, images, context, signal);
        });
      }).finally(() => context.output.progress(''));
      if (out !== null) {
        await write(out, classified);
        const count = classified.ids.length;
        context.output.say(`${formatCount(count)} images classified into ${out}`, {
          ...{ type: 'classified', out, count },
        });
      } else if (images.length === 0) saySummary(classified, context);
      else sayImages(classified, context);
    });
  return addEngineOptions(command);
}

async function ofRun(
  classifier: RunClassifier,
  attached: AttachedClassifier,
  folder: string,
  load: () => ReturnType<typeof imagesOfRun>,
  { output }: Context,
  signal: AbortSignal,
): Promise<Classified> {
  const dataset = await load();
  const ids = Array.from({ length: dataset.count }, (_, row) => dataset.id(row));
  const { names } = attached;
  const kept = await readClassProbabilities(folder, classifierKey(attached), (damaged) =>
    output.warn(damaged),
  );
  if (kept?.fingerprint === dataset.fingerprint) return { ids, names, values: kept.values };
  const { made, failure } = await classifier.classifyAll(
    ({ done, total }) => output.progress(`classified ${formatCount(done)} of ${formatCount(total)} images`),
    signal,
  );
  if (failure !== '') output.warn(failure);
  return { ids, names, values: made.values };
}

async function ofFiles(
  classifier: RunClassifier,
  { names }: AttachedClassifier,
  config: RunConfig,
  paths: readonly string[],
  context: Context,
  signal: AbortSignal,
): Promise<Classified> {
  const shape = shapeOf(config);
  const ids: string[] = [];
  const rows: Uint8Array[] = [];
  for (const path of paths) {
    signal.throwIfAborted();
    try {
      rows.push(await loadModelInput({ config, shape }, resolve(context.cwd, path)));
      ids.push(path);
    } catch (error) {
      context.output.warn(`skipped ${path}: ${toCliError(error).message}`);
      context.exitCode = EXIT.badInput;
    }
  }
  if (ids.length === 0) throw badInput('none of the images could be read');
  const pictures = { ...shape, count: ids.length, bytes: Buffer.concat(rows) };
  return { ids, names, values: await classifier.classify(pictures, signal) };
}

function sayImages(classified: Classified, { output }: Context): void {
  const { ids, names, values } = classified;
  const rows = ids.map((id, row) => {
    const own = values.subarray(row * names.length, (row + 1) * names.length);
    const top = Array.from(leadingClasses(own, SHOWN), (k) => `${names[k]} ${own[k]!.toFixed(3)}`);
    return [id, top.join(', ')];
  });
  output.say(formatTable([['IMAGE', 'MOST PROBABLE CLASSES'], ...rows], MAX_RESULT_LENGTH), null);
  for (const object of objectsOf(classified)) output.say(null, { type: 'image', ...object });
}

function saySummary({ ids, names, values }: Classified, { output }: Context): void {
  const classes = names.length;
  const counts = new Uint32Array(classes);
  const sums = new Float64Array(classes);
  mostProbable(values, classes).forEach((top, row) => {
    counts[top]!++;
    sums[top]! += values[row * classes + top]!;
  });
  const shown = Array.from(leadingClasses(counts, MAX_LISTED)).filter((k) => counts[k]! > 0);
  const rows = shown.map((k) => [names[k]!, formatCount(counts[k]!), (sums[k]! / counts[k]!).toFixed(3)]);
  const said = counts.reduce((number, count) => number + Number(count > 0), 0);
  const rest = said > shown.length ? [`and ${formatCount(said - shown.length)} more classes`] : [];
  output.say(
    [
      ...formatTable([['CLASS', 'IMAGES', 'MEAN PROBABILITY'], ...rows], MAX_RESULT_LENGTH),
      ...rest,
      `${formatCount(ids.length)} images, each by its most probable class`,
    ],
    {
      ...{ type: 'classified', count: ids.length },
      classes: Array.from(counts, (images, k) => ({ name: names[k]!, images })),
    },
  );
}

function objectsOf({ ids, names, values }: Classified): object[] {
  const classes = names.length;
  const top = mostProbable(values, classes);
  return ids.map((id, row) => {
    const probabilities = Array.from(values.subarray(row * classes, (row + 1) * classes), (value) =>
      Number(float32Text(value)),
    );
    return { id, predicted: names[top[row]!]!, probability: probabilities[top[row]!]!, probabilities };
  });
}

async function write(path: string, classified: Classified): Promise<void> {
  const { ids, names, values } = classified;
  const classes = names.length;
  const extension = extname(path).toLowerCase();
  if (extension === '.csv') return writeOutput(path, csvOf(classified));
  if (extension === '.json') {
    const content = { classes: names, images: objectsOf(classified) };
    return writeOutput(path, `${JSON.stringify(content, null, 2)}\n`);
  }
  await writeOutput(path, encodeNpy(values, [ids.length, classes]));
  const stem = path.slice(0, -extension.length);
  await writeOutput(`${stem}.ids.json`, `${JSON.stringify(ids, null, 2)}\n`);
  await writeOutput(`${stem}.classes.json`, `${JSON.stringify(names, null, 2)}\n`);
}

function csvOf({ ids, names, values }: Classified): string {
  const classes = names.length;
  const top = mostProbable(values, classes);
  const header = ['id', 'predicted', 'probability', ...names.map(csvField)].join(',');
  const lines = ids.map((id, row) => {
    const own = values.subarray(row * classes, (row + 1) * classes);
    const best = top[row]!;
    return [
      csvField(id),
      csvField(names[best]!),
      float32Text(own[best]!),
      ...Array.from(own, float32Text),
    ].join(',');
  });
  return `${[header, ...lines].join('\n')}\n`;
}
