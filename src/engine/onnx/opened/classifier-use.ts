import type { EncoderUse, ModelUse } from './use';

/**
 * What a classifier gives: logits, of which the softmax is taken; probabilities; or their logarithms. Of a single number per image,
 * which is about two classes, the logistic function is taken in place of the softmax.
 */
export const CLASS_VALUES = ['logits', 'probabilities', 'log-probabilities'] as const;
export type ClassValues = (typeof CLASS_VALUES)[number];

/** How an ONNX file is used as a classifier of images. */
export interface ClassifierUse
  extends
    Pick<ModelUse, 'width' | 'height' | 'channels'>,
    Pick<EncoderUse, 'input' | 'element' | 'layout' | 'scale' | 'batch'> {
  /** Name of the output with a number per class. */
  readonly output: string;
  readonly values: ClassValues;
  /** Numbers that the output has per image. */
  readonly numbers: number;
}

/** Maximum classes: those of ImageNet-21k, and some. */
export const MAX_CLASSES = 25_000;

/** Number of classes: a single number is the probability of the second of two. */
export const classesOf = ({ numbers }: Pick<ClassifierUse, 'numbers'>): number => Math.max(2, numbers);

/** How a classifier is used, as concluded. */
export interface InferredClassifier {
  readonly use: ClassifierUse;
  /** Names of the classes by the file itself; null if it has none. */
  readonly names: readonly string[] | null;
  /** What was concluded, for the user to check. */
  readonly notes: readonly string[];
}

/** A classifier, opened. Calls must not overlap. */
export interface Classifier {
  /**
   * Returns the probabilities of all classes, count × classes.
   * @param images rows of bytes in the classifier's shape, channels last
   * @throws ModelFileError for values that are no probabilities; OnnxRuntimeError
   */
  classify(images: Uint8Array, count: number): Promise<Float32Array>;
  dispose(): void;
}

/**
 * Turns what a classifier gives into probabilities: softmax p_k = exp(x_k) / sum_j exp(x_j) of logits, exp(x_k) of logarithms. Of a
 * single number x: 1 - p and p, where p = 1 / (1 + exp(-x)) of a logit.
 * @param values count × numbers @returns count × classes
 */
export function probabilitiesOf(
  values: Float32Array,
  { values: kind, numbers }: Pick<ClassifierUse, 'values' | 'numbers'>,
): Float32Array {
  if (numbers === 1) return ofTwo(values, kind);
  if (kind === 'probabilities') return values.slice();
  if (kind === 'log-probabilities') return values.map(Math.exp);
  const result = new Float32Array(values.length);
  for (let first = 0; first < values.length; first += numbers) {
    const row = values.subarray(first, first + numbers);
    const largest = row.reduce((most, value) => Math.max(most, value), -Infinity);
    const sum = row.reduce((total, value) => total + Math.exp(value - largest), 0);
    row.forEach((value, k) => (result[first + k] = Math.exp(value - largest) / sum));
  }
  return result;
}

function ofTwo(values: Float32Array, kind: ClassValues): Float32Array {
  const result = new Float32Array(2 * values.length);
  values.forEach((value, i) => {
    const p =
      kind === 'logits' ? 1 / (1 + Math.exp(-value)) : kind === 'probabilities' ? value : Math.exp(value);
    result[2 * i] = 1 - p;
    result[2 * i + 1] = p;
  });
  return result;
}
