import * as z from 'zod';
import type { ClassifierState } from '../../protocol/classifier';
import { MAX_SHOWN_CLASSES } from '../../protocol/classifier';
import { formatCount } from '../../text/format-count';
import { counted } from '../counted';
import { encodedImages } from '../encoded-images';
import { place, run as runField } from '../fields';
import type { ImageOrPoint } from '../fields';
import { rounded, sheet } from '../pictures';
import { checkPoints, nameOf, placeOf } from '../place-of';
import { modelRunOf } from '../run-of';
import { defineTool } from '../tool';
import type { ToolCall, ToolResult } from '../tool';
import { ToolError } from '../tool-error';
import { cautionOf, savedDirection } from './saved-direction';

const MAX_PLACES = 64;
const COLUMNS = 8;
/** Images that the effect of a direction is measured with, as in the editor. */
const EFFECT_IMAGES = 200;

/** Asks the classifier of a run what images, points and directions mean. */
export const probeClasses = defineTool({
  name: 'vae_probe_classes',
  title: 'Probe Classes',
  description:
    "Asks the image classifier that the user attached to a run. Without 'at' and 'direction': which classifier it is, and how many images of the dataset it puts into each class. With 'at': the most probable classes of what the model decodes for images (their reconstructions) or points. With 'direction': how a saved direction changes the probabilities of classes, as a mean over images with its standard error.",
  access: 'read',
  input: z.strictObject({
    run: runField,
    at: z
      .array(place)
      .min(1)
      .max(MAX_PLACES)
      .optional()
      .describe('Images or points whose decoded pictures are classified.'),
    direction: z.string().min(1).max(300).optional().describe('Name or file of a saved direction.'),
    most: z
      .int()
      .min(1)
      .max(MAX_SHOWN_CLASSES)
      .default(5)
      .describe('Number of classes in the answer: those that matter most.'),
  }),
  async run({ run: text, at, direction, most }, call) {
    if (at && direction !== undefined)
      throw new ToolError('bad-input', "got 'at' and 'direction', expected one of them or neither");
    const run = await modelRunOf(call.host, text);
    if (at) checkPoints(at, run.config.model.latent);
    const state = await call.host.ask(run.folder, 'classifier', {}, call.signal);
    const classifier = attachedTo(run.name, state);
    const about = { run: run.name, classifier: classifier.from };
    if (at) return classesAt(call, run.folder, about, at, most);
    if (direction !== undefined)
      return effectOf(call, run.folder, about, { wanted: direction, names: classifier.names, most });
    return summary(about, state, most);
  },
});

interface About extends Readonly<Record<string, unknown>> {
  readonly run: string;
  readonly classifier: string;
}

function attachedTo(name: string, { classifier, error }: ClassifierState) {
  if (error !== '') throw new ToolError('not-ready', `the classifier of ${name} cannot be used: ${error}`);
  if (classifier !== null) return classifier;
  throw new ToolError(
    'not-found',
    `no classifier is attached to ${name}; ask the user to attach one, by \`vae probe attach ${name} classifier.onnx\` or by VAE: Attach Classifier in VS Code`,
  );
}

function summary(about: About, { classifier, classified }: ClassifierState, most: number): ToolResult {
  const { names } = classifier!;
  const what = `${about.classifier}, attached to ${about.run}, knows ${counted(names.length, 'class', 'classes')}`;
  if (classified === null)
    return {
      text: `${what}; it has not classified the images of the dataset: ask the user to do so, by \`vae probe classify ${about.run}\``,
      data: { ...about, classes: names.length, images: null, counts: null },
    };
  const counts = names
    .map((name, k) => ({ class: name, images: classified.images[k]! }))
    .sort((a, b) => b.images - a.images)
    .slice(0, most);
  return {
    text: `${what}; of ${counted(classified.count, 'image')}, the most probable class is ${counts
      .map((each) => `${each.class} for ${formatCount(each.images)}`)
      .join(', ')}`,
    data: { ...about, classes: names.length, images: classified.count, counts },
  };
}

async function classesAt(
  { host, signal }: ToolCall,
  folder: string,
  about: About,
  at: readonly ImageOrPoint[],
  most: number,
): Promise<ToolResult> {
  const points = await pointsOf(host, folder, at, signal);
  const decoded = { z: Float32Array.from(points.flatMap((point) => [...point])), count: points.length };
  const said = await host.ask(folder, 'classifyPoints', { ...decoded, most }, signal);
  const { classes, names, probabilities, step } = said;
  const places = at.map((each, i) => ({
    ...each,
    classes: Array.from(classes, (_, j) => ({
      class: names[j]!,
      probability: rounded(probabilities[i * classes.length + j]!),
    })).sort((a, b) => b.probability - a.probability),
  }));
  const lines = places.map(
    ({ classes: [first] }, i) => `${nameOf(at[i]!)}: ${first!.class}, ${percent(first!.probability)}`,
  );
  const pictures = await host.ask(folder, 'decode', { ...decoded, view: 'tools' }, signal);
  return {
    text: [`Most probable class of what ${about.run} decodes, by ${about.classifier}:`, ...lines],
    data: { ...about, step, places },
    pictures: [sheet('What was classified, in order', pictures, COLUMNS)],
  };
}

/** The point of each place: of an image its posterior mean. */
async function pointsOf(
  host: ToolCall['host'],
  folder: string,
  at: readonly ImageOrPoint[],
  signal: AbortSignal,
): Promise<Float32Array[]> {
  const places = await Promise.all(at.map((each) => placeOf(host, each)));
  const points: Float32Array[] = [];
  for (const one of places) {
    if ('z' in one) points.push(one.z);
    else if ('id' in one) {
      const [card] = await host.ask(folder, 'mapCards', { ids: [one.id] }, signal);
      points.push(card!.mean);
    } else {
      const [card] = await host.ask(folder, 'encode', { uris: [one.uri] }, signal);
      if (card === undefined || 'error' in card)
        throw new ToolError('bad-input', card?.error ?? 'the image could not be encoded');
      points.push(card.mean);
    }
  }
  return points;
}

async function effectOf(
  call: ToolCall,
  folder: string,
  about: About,
  {
    wanted,
    names,
    most,
  }: { readonly wanted: string; readonly names: readonly string[]; readonly most: number },
): Promise<ToolResult> {
  const direction = await savedDirection(folder, wanted);
  await encodedImages(call, folder);
  const effect = await call.host.ask(
    folder,
    'directionEffect',
    { vector: direction.vector, images: EFFECT_IMAGES, most },
    call.signal,
  );
  const changes = Array.from(effect.classes, (k, i) => ({
    class: names[k]!,
    change: rounded(effect.changes[i]!),
    standardError: Number.isNaN(effect.standardErrors[i]!) ? null : rounded(effect.standardErrors[i]!),
  }));
  const caution = cautionOf(direction, { name: about.run, step: effect.step });
  return {
    text: `from one step backwards to one step forwards along ${direction.name}, the probability changes by ${changes
      .map(({ class: name, change }) => `${percent(change)} for ${name}`)
      .join(', ')}: means over ${counted(effect.images, 'image')}, by ${about.classifier}${caution}`,
    data: {
      ...about,
      ...{ direction: direction.name, step: effect.step, images: effect.images },
      ...{ sameWeights: caution === '', changes },
    },
  };
}

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
