import { namesInMetadata } from './class-names';
import { CLASS_VALUES, MAX_CLASSES, classesOf } from './classifier-use';
import type { ClassValues, ClassifierUse, InferredClassifier } from './classifier-use';
import { EXPORT_AS_FLOAT, FLOAT_TYPES, isFloat } from './float-types';
import { imageInput, oneOf } from './infer-encoder';
import { SCALE_MEANINGS, inputScale, lastOperator } from './infer-scale';
import { trialImages, tryBatches } from './infer-use';
import { ModelFileError } from './model-file';
import type { ModelFile } from './model-file';
import type { OnnxTensor } from '../tensor';
import { OpenQuestion } from './question';
import type { Answers } from './question';
import { scalesOf } from './use';

type Run = (feeds: Readonly<Record<string, OnnxTensor>>) => Promise<Readonly<Record<string, OnnxTensor>>>;

/**
 * Tells how an ONNX file is used as a classifier: from what it says, from a trial with black images, and from the user's answers.
 * @throws ModelFileError for a file that is no classifier of images, OpenQuestion for what it does not say, OnnxRuntimeError
 */
export async function inferClassifier(
  file: ModelFile,
  answers: Answers,
  run: Run,
): Promise<InferredClassifier> {
  const input = imageInput('classifier', file, answers);
  const { width, height, channels, ...fed } = input;
  const output = classOutput(file, answers);
  const { batch, result } = await tryBatches(fed.batch, (count) => run(trialImages(input, count)), output);
  const tensor = result[output]!;
  const numbers = numbersOf(tensor, output);
  const { values, note } = valuesOf(file, output, tensor, numbers, answers);
  const scale = inputScale(file, { ...fed, channels }, answers) ?? askScale({ channels });
  const use: ClassifierUse = { width, height, channels, ...fed, batch, scale, output, values, numbers };
  const named = namesInMetadata(file.metadata);
  const classes = classesOf(use);
  return {
    use,
    names: named?.length === classes ? named : null,
    notes: [
      ...(note === null ? [] : [note]),
      ...(named !== null && named.length !== classes
        ? [`the file names ${named.length} classes and gives ${classes}: its names are not used`]
        : []),
      ...(batch === 1 ? [`'${fed.input}' takes one image at a time, which is slower`] : []),
    ],
  };
}

const LIKELY = /logit|prob|score|class|^output|pred|softmax/i;

function classOutput({ graph: { outputs } }: ModelFile, { output }: Answers): string {
  const names = outputs.filter(({ elementType }) => isFloat(elementType)).map(({ name }) => name);
  if (names.length === 0)
    throw new ModelFileError(
      `the classifier has no output of ${FLOAT_TYPES}, expected one with a number for each class. ${EXPORT_AS_FLOAT}`,
    );
  if (output !== undefined) return oneOf('output', output, names);
  const likely = names.filter((name) => LIKELY.test(name));
  const [only] = names.length === 1 ? names : likely.length === 1 ? likely : [];
  if (only !== undefined) return only;
  throw new OpenQuestion(
    'output',
    'the classifier has several outputs: which one has a number for each class?',
    names,
  );
}

/** Returns how many numbers there are for each image. @throws ModelFileError if they are those of a picture, or too many */
function numbersOf({ dims }: OnnxTensor, output: string): number {
  const inner = dims.slice(1).filter((size) => size !== 1);
  const numbers = inner[0] ?? 1;
  if (inner.length <= 1 && numbers >= 1 && numbers <= MAX_CLASSES) return numbers;
  throw new ModelFileError(
    `the classifier's output '${output}' gives ${dims.slice(1).join(' × ')} numbers for an image, expected one for each class, ${MAX_CLASSES} at most. Name another output if there is one.`,
  );
}

const BY_OPERATOR: Readonly<Record<string, ClassValues>> = {
  Softmax: 'probabilities',
  Sigmoid: 'probabilities',
  LogSoftmax: 'log-probabilities',
};

/** Tells what the numbers are: by the answer, by the operator that ends the graph, or by whether those of the trial add up to 1. */
function valuesOf(
  file: ModelFile,
  output: string,
  { data, dims }: OnnxTensor,
  numbers: number,
  answers: Answers,
): { readonly values: ClassValues; readonly note: string | null } {
  if (answers.values !== undefined)
    return { values: oneOf('values', answers.values, CLASS_VALUES), note: null };
  const operator = lastOperator(file, output)?.operator;
  const said = BY_OPERATOR[operator ?? ''];
  if (said !== undefined) return { values: said, note: null };
  if (numbers > 1 && addUpToOne(data as Float32Array, dims[0]!))
    return {
      values: 'probabilities',
      note: `what '${output}' gives for a black image adds up to 1: it is taken for probabilities`,
    };
  return {
    values: 'logits',
    note: `'${output}' ends with ${operator ?? 'an input'}: it is taken for logits, of which the ${numbers === 1 ? 'logistic function' : 'softmax'} is taken`,
  };
}

function addUpToOne(values: Float32Array, count: number): boolean {
  const numbers = values.length / count;
  for (let first = 0; first < values.length; first += numbers) {
    const row = values.subarray(first, first + numbers);
    const sum = row.reduce((total, value) => total + value, 0);
    if (!(Math.abs(sum - 1) < 1e-3) || row.some((value) => !(value >= 0))) return false;
  }
  return true;
}

function askScale(shape: { readonly channels: 1 | 3 }): never {
  const scales = scalesOf(shape);
  throw new OpenQuestion(
    'input-scale',
    `the classifier's file does not say how pixels are scaled for it: ${scales.map((scale) => SCALE_MEANINGS[scale]).join(', ')}`,
    scales,
  );
}
