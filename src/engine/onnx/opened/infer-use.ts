import { OnnxRuntimeError } from '../runtime';
import type { OnnxTensor } from '../tensor';
import { EXPORT_AS_FLOAT, FLOAT_TYPES, isFloat, isHalf } from './float-types';
import { encoderOutputs, imageInput, oneOf, onlyInput } from './infer-encoder';
import type { ImageInput } from './infer-encoder';
import { inputScale, outputScale } from './infer-scale';
import { ModelFileError } from './model-file';
import type { ModelFile } from './model-file';
import { PACKED_AXES, pointReadings, sizeOf, takenReadings } from './packed';
import type { PointReading } from './packed';
import { dimsOf } from './pixels';
import { OpenQuestion } from './question';
import type { Answers } from './question';
import { latentOf } from './use';
import type { DecoderUse, EncoderSpread, EncoderUse, ImageLayout, InferredUse, ModelUse } from './use';

/** Runs one of the files. @throws OnnxRuntimeError */
export type RunFile = (
  file: 'encoder' | 'decoder',
  feeds: Readonly<Record<string, OnnxTensor>>,
) => Promise<Readonly<Record<string, OnnxTensor>>>;

/** Maximum latent dimensions, as for all models. */
const MAX_LATENT = 4096;

const HALF_NOTE =
  'the files take or give numbers of half precision (float16), which have about three digits: images and points are converted';

/**
 * Tells how a pair of files is used: from what they say, from a trial of each, and from the user's answers.
 * @throws ModelFileError for files that are no autoencoder of images, OpenQuestion for what they do not say, OnnxRuntimeError
 */
export async function inferUse(
  encoder: ModelFile,
  decoder: ModelFile,
  answers: Answers,
  run: RunFile,
): Promise<InferredUse> {
  const input = imageInput('encoder', encoder, answers);
  const { mean, spread: named } = encoderOutputs(encoder, answers);
  const { width, height, channels, ...fed } = input;
  const shape = { width, height, channels };
  const tried = await tryBatches(fed.batch, (count) => run('encoder', trialImages(input, count)), mean);
  const isApart = named !== null && named.output !== mean;
  const dims = tried.result[mean]!.dims.slice(1);
  if (isApart) checkSpread(dims, named.output, tried.result[named.output]);
  const readings = isApart ? pointReadings(dims).slice(0, 1) : allReadings(dims, mean, answers);
  const { reading, ...decoded } = await decoderOf(decoder, mean, ofUsualSize(mean, readings), answers, run, {
    ...{ ...shape, layout: fed.layout },
  });
  const packed: EncoderSpread | null =
    reading.packed === null
      ? null
      : { output: mean, kind: named?.kind ?? 'log-variance', block: reading.block };
  const spread = isApart ? named : packed;
  const scale = inputScale(encoder, { ...fed, channels }, answers);
  const encoderUse: EncoderUse = {
    ...fed,
    ...{ mean, spread, batch: tried.batch, scale: scale ?? decoded.scale },
  };
  const use = { ...shape, encoder: encoderUse, decoder: decoded };
  const isInHalf = [encoder, decoder].some(({ graph }) =>
    [...graph.inputs, ...graph.outputs].some(({ elementType }) => isHalf(elementType)),
  );
  return { use, notes: [...notesOn(use, scale === null), ...(isInHalf ? [HALF_NOTE] : [])] };
}

/** Returns how an output that may hold the spread as well can be read. @throws ModelFileError */
function allReadings(dims: readonly number[], mean: string, answers: Answers): readonly PointReading[] {
  const all = pointReadings(dims);
  const { packed } = answers;
  if (packed !== undefined) {
    const axis = oneOf('packed', packed, PACKED_AXES);
    // With one axis, it is the first and the last.
    const said = all.filter((each) => each.packed !== null && (each.packed === axis || dims.length === 1));
    if (said.length > 0) return said;
    throw new ModelFileError(
      `packed: the ${axis} axis of the encoder's output '${mean}' (${dims.join(' × ')}) has no halves for the mean and the spread.`,
    );
  }
  const isSaid = [answers['log-variance'], answers['standard-deviation']].includes(mean);
  return isSaid ? all.filter((each) => each.packed !== null) : all;
}

/** @param readings of the encoder's output `mean`, of which the decoder tells which one is right */
async function decoderOf(
  decoder: ModelFile,
  mean: string,
  readings: readonly PointReading[],
  answers: Answers,
  run: RunFile,
  images: Pick<ModelUse, 'width' | 'height' | 'channels'> & { readonly layout: ImageLayout },
): Promise<DecoderUse & { readonly reading: PointReading }> {
  const { name, elementType, dims } = onlyInput('decoder', decoder.graph.inputs);
  if (!isFloat(elementType))
    throw new ModelFileError(
      `the decoder's input '${name}' has the element type ${elementType} of ONNX, expected ${FLOAT_TYPES}. ${EXPORT_AS_FLOAT}`,
    );
  const said = dims?.slice(1) ?? [];
  const taken = takenReadings(readings, said);
  if (taken.length === 0)
    throw new ModelFileError(
      `the decoder takes points of ${said.map((side) => side ?? 'any').join(' × ')} numbers and the encoder gives ${readings.map(({ point }) => point.join(' × ')).join(' or ')}: they do not belong together.`,
    );
  const output = imageOutput(decoder, answers);
  const attempt = async (reading: PointReading) => {
    const inner = said.length === 0 || said.includes(null) ? reading.point : (said as number[]);
    const { batch, result } = await tryBatches(
      dims?.[0] ?? null,
      (count) => {
        const all = [count, ...inner];
        const data = new Float32Array(sizeOf(all));
        return run('decoder', { [name]: { type: 'float32', dims: all, data } });
      },
      output,
    );
    const layout = outputLayout(result[output]!, output, answers, images);
    return { reading, input: name, point: inner, output, layout, batch };
  };
  const fitting = await whatRuns(taken, attempt);
  if (fitting.length > 1)
    throw new OpenQuestion(
      'packed',
      `the encoder's output '${mean}' is twice what the decoder takes, which leaves open whether the mean and the spread are the halves of its first axis after the batch (first) or of its last (last)`,
      fitting.map(({ reading }) => reading.packed!),
    );
  return { ...fitting[0]!, scale: outputScale(decoder, output, answers, images) };
}

/** Returns what runs: a reading of the whole output alone if it does, else each by halves. @throws the first error if none runs */
async function whatRuns<T>(
  readings: readonly PointReading[],
  attempt: (reading: PointReading) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  const errors: Error[] = [];
  for (const reading of readings) {
    try {
      results.push(await attempt(reading));
      if (reading.packed === null) break;
    } catch (error) {
      if (!(error instanceof OnnxRuntimeError || error instanceof ModelFileError)) throw error;
      errors.push(error);
    }
  }
  if (results.length === 0) throw errors[0]!;
  return results;
}

const IMAGE = /^(mean|image|output|sample|decoded)$|recon|x_?hat|pixels/i;

function imageOutput({ graph: { outputs } }: ModelFile, { image }: Answers): string {
  const names = outputs.map(({ name }) => name);
  if (image !== undefined) return oneOf('image', image, names);
  const likely = names.filter((name) => IMAGE.test(name));
  const [only] = names.length === 1 ? names : likely.length === 1 ? likely : [];
  if (only !== undefined) return only;
  throw new OpenQuestion('image', 'the decoder has several outputs: which one is the image?', names);
}

function outputLayout(
  { dims }: OnnxTensor,
  output: string,
  { layout: answer }: Answers,
  images: Pick<ModelUse, 'width' | 'height' | 'channels'> & { readonly layout: ImageLayout },
): ImageLayout {
  const isLike = (layout: ImageLayout): boolean => dimsOf(layout, images, dims[0]!).join() === dims.join();
  if (isLike(images.layout)) return images.layout;
  const fitting = (['nchw', 'nhwc', 'flat'] as const).filter(isLike);
  const [first] = fitting;
  if (first === undefined)
    throw new ModelFileError(
      `the decoder's output '${output}' is ${dims.slice(1).join(' × ')}, expected an image of ${images.width} × ${images.height} pixels with ${images.channels} channels, as the encoder takes. Name the image's output, or the size.`,
    );
  if (first !== 'flat' || images.channels === 1) return first;
  if (answer !== undefined) return oneOf('layout', answer, ['flat', 'flat-channels']);
  throw new OpenQuestion(
    'layout',
    'the decoder gives rows of numbers, which leaves open whether the three of a pixel lie together (flat) or one channel follows the other (flat-channels)',
    ['flat', 'flat-channels'],
  );
}

/** Images of black, in whatever scale: only the shape of what comes out counts. */
export function trialImages(input: ImageInput, count: number): Record<string, OnnxTensor> {
  const dims = dimsOf(input.layout, input, count);
  const size = dims.reduce((product, side) => product * side, 1);
  const tensor: OnnxTensor =
    input.element === 'uint8'
      ? { type: 'uint8', dims, data: new Uint8Array(size) }
      : { type: 'float32', dims, data: new Float32Array(size) };
  return { [input.input]: tensor };
}

/** Runs a file with two images or, if it takes only one although it says any number, with one. */
export async function tryBatches(
  batch: number | null,
  run: (count: number) => Promise<Readonly<Record<string, OnnxTensor>>>,
  output: string,
): Promise<{ readonly batch: number | null; readonly result: Readonly<Record<string, OnnxTensor>> }> {
  const attempt = async (count: number): Promise<Readonly<Record<string, OnnxTensor>>> => {
    const result = await run(count);
    const { dims, type } = result[output]!;
    if (type === 'float32' && dims[0] === count && dims.length > 1) return result;
    throw new ModelFileError(
      `the output '${output}' is ${type}[${dims.join(', ')}] for ${count} images, expected ${FLOAT_TYPES} for each. ${EXPORT_AS_FLOAT}`,
    );
  };
  if (batch !== null) return { batch, result: await attempt(batch) };
  try {
    return { batch: null, result: await attempt(2) };
  } catch (error) {
    if (!(error instanceof OnnxRuntimeError || error instanceof ModelFileError)) throw error;
    return { batch: 1, result: await attempt(1) };
  }
}

/** @throws ModelFileError if no reading has a size that models may have */
function ofUsualSize(name: string, readings: readonly PointReading[]): readonly PointReading[] {
  const usual = readings.filter(({ point }) => sizeOf(point) >= 1 && sizeOf(point) <= MAX_LATENT);
  if (usual.length > 0) return usual;
  throw new ModelFileError(
    `the encoder's output '${name}' gives points of ${readings[0]!.point.join(' × ')} numbers, expected 1 to ${MAX_LATENT} in all.`,
  );
}

function checkSpread(point: readonly number[], name: string, tensor: OnnxTensor | undefined): void {
  if (tensor?.type === 'float32' && tensor.dims.slice(1).join() === point.join()) return;
  throw new ModelFileError(
    `the encoder's output '${name}' is ${tensor?.type ?? 'missing'}[${tensor?.dims.join(', ') ?? ''}], expected a spread for each of ${point.join(' × ')} numbers of the mean.`,
  );
}

function packedNote(use: ModelUse): string[] {
  const { spread } = use.encoder;
  if (spread?.block === undefined) return [];
  const latent = latentOf(use);
  const halves = spread.block === latent ? 'the first half' : `the first half of each ${2 * spread.block}`;
  const kind = spread.kind === 'log-variance' ? 'log-variance' : 'standard deviation';
  return [
    `'${spread.output}' gives ${2 * latent} numbers for an image: ${halves} is taken for the mean, the other for the ${kind}`,
  ];
}

function notesOn(use: ModelUse, isScaleTaken: boolean): string[] {
  const { encoder, decoder } = use;
  const latent = latentOf(use);
  const pixels = use.width * use.height * use.channels;
  return [
    ...(latent > pixels
      ? [
          `a point has more numbers (${latent}) than an image of ${use.width} × ${use.height} × ${use.channels} (${pixels}): if the first file is the decoder, name the encoder first`,
        ]
      : []),
    ...(decoder.point.length > 1
      ? [
          `the latent map of ${decoder.point.join(' × ')} counts as a point of ${latent} dimensions, without its places`,
        ]
      : []),
    ...packedNote(use),
    ...(encoder.spread === null
      ? ['the encoder gives points without a spread: images have no posterior variance, and there is no KL']
      : []),
    ...(isScaleTaken && encoder.element === 'float32'
      ? [
          `the encoder's file does not say how its pixels are scaled: as those of the decoder (${encoder.scale})`,
        ]
      : []),
    ...[encoder, decoder].flatMap(({ batch, input }) =>
      batch === 1 ? [`'${input}' takes one image at a time, which is slower`] : [],
    ),
  ];
}
