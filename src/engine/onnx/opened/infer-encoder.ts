import { EXPORT_AS_FLOAT, FLOAT_TYPES, isFloat } from './float-types';
import { ModelFileError } from './model-file';
import type { ModelFile, ValueSummary } from './model-file';
import { OpenQuestion } from './question';
import type { Answers } from './question';
import type { EncoderUse, ImageLayout, ModelUse } from './use';

/** Number of TensorProto.DataType for bytes. */
const UINT8 = 2;
/** Limits of image sides, as for all datasets. */
const [MIN_SIDE, MAX_SIDE] = [4, 1024];

type Shape = Pick<ModelUse, 'width' | 'height' | 'channels'>;
export type ImageInput = Shape & Pick<EncoderUse, 'input' | 'element' | 'layout' | 'batch'>;

/**
 * Tells how a model takes images from its file, and from the answers.
 * @param file what it is, for messages @throws ModelFileError, OpenQuestion
 */
export function imageInput(
  file: 'encoder' | 'classifier',
  { graph, metadata }: ModelFile,
  answers: Answers,
): ImageInput {
  const { name, elementType, dims } = onlyInput(file, graph.inputs);
  if (elementType !== UINT8 && !isFloat(elementType))
    throw new ModelFileError(
      `the ${file}'s input '${name}' has the element type ${elementType} of ONNX, expected ${FLOAT_TYPES}, or uint8 (2). ${EXPORT_AS_FLOAT}`,
    );
  // Half precision is converted where the file is run (running-files.ts).
  const element: EncoderUse['element'] = elementType === UINT8 ? 'uint8' : 'float32';
  const rank = dims?.length ?? 0;
  if (dims !== null && rank !== 2 && rank !== 4)
    throw new ModelFileError(
      `the ${file}'s input '${name}' has ${rank} dimensions, expected images as [batch, channels, height, width] or [batch, height, width, channels], or rows of numbers [batch, pixels].`,
    );
  const [batch = null, ...inner] = dims ?? [];
  const common = { input: name, element, batch };
  if (rank === 2) return { ...common, ...flatInput(file, inner[0]!, metadata, answers) };
  const layout = imageLayout(file, inner, answers);
  const [height, width, channels] =
    layout === 'nchw' ? [inner[1], inner[2], inner[0]] : [inner[0], inner[1], inner[2]];
  const known = { width: width ?? null, height: height ?? null, channels: channels ?? null };
  return { ...common, layout, ...sized(file, known, answers) };
}

/** @throws ModelFileError if there is not exactly one */
export function onlyInput(file: string, inputs: readonly ValueSummary[]): ValueSummary {
  if (inputs.length === 1) return inputs[0]!;
  const names = inputs.map(({ name }) => `'${name}'`).join(', ');
  throw new ModelFileError(
    `the ${file} has ${inputs.length} inputs (${names || 'none'}), expected one. Export it so that noise and conditions are not inputs.`,
  );
}

function imageLayout(file: string, inner: readonly (number | null)[], { layout }: Answers): ImageLayout {
  if (layout !== undefined) return oneOf('layout', layout, ['nchw', 'nhwc']);
  const isChannels = (size: number | null | undefined): boolean => size === 1 || size === 3;
  const [first, last] = [isChannels(inner[0]), isChannels(inner[2])];
  if (first !== last) return first ? 'nchw' : 'nhwc';
  const sizes =
    inner.length === 0 ? 'of any size' : `of the sizes ${inner.map((size) => size ?? 'any').join(' × ')}`;
  throw new OpenQuestion(
    'layout',
    `the ${file} takes images ${sizes}, which leaves open whether the channels come first (nchw) or last (nhwc)`,
    ['nchw', 'nhwc'],
  );
}

function flatInput(
  file: string,
  size: number | null,
  metadata: ModelFile['metadata'],
  answers: Answers,
): Shape & { readonly layout: ImageLayout } {
  const said = ['width', 'height', 'channels'].map((key) => Number(metadata.get(key)));
  // Exports of this product say the shape of their rows.
  const own = said.every((each) => Number.isInteger(each) && each > 0) ? said.join('x') : undefined;
  const side = Math.sqrt(size ?? NaN);
  const coloured = Math.sqrt((size ?? NaN) / 3);
  const square = Number.isInteger(side)
    ? `${side}x${side}x1`
    : Number.isInteger(coloured)
      ? `${coloured}x${coloured}x3`
      : undefined;
  const text = answers.size ?? own ?? square;
  const order =
    file === 'encoder' && answers.size === undefined ? ' If it is the decoder, name the encoder first.' : '';
  if (size !== null && size < MIN_SIDE ** 2)
    throw new ModelFileError(
      `the ${file} takes rows of ${size} numbers, expected at least ${MIN_SIDE ** 2}, the pixels of the smallest image.${order}`,
    );
  if (text === undefined)
    throw new OpenQuestion(
      'size',
      `the ${file} takes rows of ${size ?? 'any number of'} numbers, which leaves the image size open: name it as WIDTHxHEIGHTxCHANNELS, such as 28x28x1.${order}`,
      null,
    );
  const shape = shapeOfText(text, 1);
  const numbers = shape.width * shape.height * shape.channels;
  if (size !== null && numbers !== size)
    throw new ModelFileError(
      answers.size === undefined
        ? `the ${file} takes rows of ${size} numbers, but its file says that it is about images of ${shape.width} × ${shape.height} × ${shape.channels}, which are ${numbers}.${order}`
        : `size ${text}: this is ${numbers} numbers, expected ${size}, as the ${file} takes.`,
    );
  if (shape.channels === 1) return { ...shape, layout: 'flat' };
  const layout = answers.layout ?? (own === undefined ? undefined : 'flat');
  if (layout !== undefined) return { ...shape, layout: oneOf('layout', layout, ['flat', 'flat-channels']) };
  throw new OpenQuestion(
    'layout',
    `the ${file} takes rows of numbers, which leaves open whether the three of a pixel lie together (flat) or one channel follows the other (flat-channels)`,
    ['flat', 'flat-channels'],
  );
}

type Known = { readonly [K in keyof Shape]: number | null };

function sized(file: string, known: Known, { size }: Answers): Shape {
  const named = size === undefined ? null : shapeOfText(size, known.channels ?? 3);
  const shape: Record<string, number> = {};
  for (const key of ['width', 'height', 'channels'] as const) {
    const value = known[key] ?? named?.[key];
    if (value === undefined)
      throw new OpenQuestion(
        'size',
        `the ${file} takes images of any size: name the one that it was trained on as WIDTHxHEIGHT, such as 64x64`,
        null,
      );
    if (named !== null && named[key] !== value)
      throw new ModelFileError(
        `size ${size}: the ${key} is ${named[key]}, expected ${value}, as the ${file} takes.`,
      );
    shape[key] = value;
  }
  return checkedShape(`${shape['width']}x${shape['height']}x${shape['channels']}`, shape as unknown as Shape);
}

function shapeOfText(text: string, channels: number): Shape {
  const match = /^(\d{1,5})x(\d{1,5})(?:x(\d))?$/i.exec(text);
  if (!match)
    throw new ModelFileError(
      `size: got '${text}', expected WIDTHxHEIGHT or WIDTHxHEIGHTxCHANNELS, such as 64x64x3.`,
    );
  const [, width, height, given] = match;
  return checkedShape(text, {
    width: Number(width),
    height: Number(height),
    channels: Number(given ?? channels) as 1 | 3,
  });
}

function checkedShape(text: string, shape: Shape): Shape {
  const { width, height, channels } = shape;
  const fits = [width, height].every((side) => side >= MIN_SIDE && side <= MAX_SIDE);
  if (fits && [1, 3].includes(channels)) return shape;
  throw new ModelFileError(
    `images of ${text}: expected ${MIN_SIDE} to ${MAX_SIDE} pixels each way and 1 or 3 channels.`,
  );
}

const MEAN = /mean|(^|[^a-z])mu([^a-z]|$)|embedding|(^|_)loc(_|$)/i;
const LOG_VARIANCE = /log_?-?(var|cov|sigma_?(2|sq))/i;
const DEVIATION = /(?<!log_?)(std|stddev|sigma)/i;

/**
 * Tells which outputs are the mean and the spread: the same one where it may hold both.
 * @throws ModelFileError, OpenQuestion
 */
export function encoderOutputs(
  { graph: { outputs } }: ModelFile,
  answers: Answers,
): Pick<EncoderUse, 'mean' | 'spread'> {
  const numbers = outputs.filter(({ elementType }) => isFloat(elementType)).map(({ name }) => name);
  if (numbers.length === 0)
    throw new ModelFileError(`the encoder has no output of ${FLOAT_TYPES}. ${EXPORT_AS_FLOAT}`);
  const spread = spreadOf(numbers, answers);
  if (numbers.length === 1 || (answers.mean !== undefined && answers.mean === spread?.output))
    return { mean: oneOf('mean', answers.mean ?? numbers[0]!, numbers), spread: spread ?? null };
  const others = numbers.filter((name) => name !== spread?.output);
  const named = others.filter((name) => MEAN.test(name));
  const mean =
    answers.mean === undefined
      ? named.length === 1
        ? named[0]
        : only(others)
      : oneOf('mean', answers.mean, others);
  if (mean === undefined)
    throw new OpenQuestion(
      'mean',
      'the encoder has several outputs: which one is the mean of the latent point?',
      others,
    );
  if (spread !== undefined) return { mean, spread };
  if (answers.packed !== undefined) return { mean, spread: null };
  const left = others.filter((name) => name !== mean);
  if (left.length === 0) return { mean, spread: null };
  throw new OpenQuestion(
    'log-variance',
    `the encoder gives more than the mean '${mean}': which output is the log-variance? Or which the standard deviation (standard-deviation)? None, if neither is`,
    [...left, ''],
  );
}

function spreadOf(names: readonly string[], answers: Answers): EncoderUse['spread'] | undefined {
  for (const kind of ['log-variance', 'standard-deviation'] as const) {
    const answer = answers[kind];
    if (answer === '') return null;
    if (answer !== undefined) return { output: oneOf(kind, answer, names), kind };
  }
  // The spread lies in the mean's output, whatever the names of others.
  if (answers.packed !== undefined && names.length > 1) return undefined;
  const [logVariance, ...more] = names.filter((name) => LOG_VARIANCE.test(name));
  if (logVariance !== undefined && more.length === 0) return { output: logVariance, kind: 'log-variance' };
  const [deviation, ...others] = names.filter((name) => DEVIATION.test(name));
  if (deviation !== undefined && others.length === 0)
    return { output: deviation, kind: 'standard-deviation' };
  return undefined;
}

const only = <T>(list: readonly T[]): T | undefined => (list.length === 1 ? list[0] : undefined);

/** @throws ModelFileError naming the choices */
export function oneOf<T extends string>(key: string, text: string, choices: readonly T[]): T {
  const choice = choices.find((each) => each === text);
  if (choice !== undefined) return choice;
  throw new ModelFileError(
    `${key}: got '${text}', expected one of ${choices.map((each) => `'${each}'`).join(', ')}.`,
  );
}
