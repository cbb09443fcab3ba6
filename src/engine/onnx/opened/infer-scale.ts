import { oneOf } from './infer-encoder';
import type { ModelFile, NodeSummary } from './model-file';
import { OpenQuestion } from './question';
import type { Answers } from './question';
import { scalesOf } from './use';
import type { EncoderUse, ModelUse, PixelScale } from './use';

/** Operators that change the order or type of numbers and not their values. */
const REORDERING: ReadonlySet<string> = new Set([
  ...['Reshape', 'Transpose', 'Flatten', 'Identity', 'Cast', 'Squeeze', 'Unsqueeze', 'Slice', 'Crop'],
]);

/** What each scale means, for questions. */
export const SCALE_MEANINGS: Readonly<Record<PixelScale, string>> = {
  unit: "'unit' for 0 to 1",
  signed: "'signed' for -1 to 1",
  imagenet: "'imagenet' for channels normalised as for ImageNet",
  bytes: "'bytes' for 0 to 255",
};

/** Tells how pixels that the decoder gives are scaled: by the answer, or by the operator that ends the graph. @throws OpenQuestion */
export function outputScale(
  decoder: ModelFile,
  output: string,
  answers: Answers,
  shape: Pick<ModelUse, 'channels'>,
): PixelScale {
  const answer = answers['output-scale'];
  const scales = scalesOf(shape);
  if (answer !== undefined) return oneOf('output-scale', answer, scales);
  const said = scaleOfRange(decoder, output);
  if (said !== null) return said;
  const { operator } = lastOperator(decoder, output) ?? { operator: 'an input' };
  throw new OpenQuestion(
    'output-scale',
    `the decoder ends with ${operator}, which does not say how its pixels are scaled: ${scales.map((scale) => SCALE_MEANINGS[scale]).join(', ')}`,
    scales,
  );
}

/** Tells how pixels are to be scaled for the encoder; null if its file does not say. @throws ModelFileError */
export function inputScale(
  encoder: ModelFile,
  { input, element, ...shape }: Pick<EncoderUse, 'input' | 'element'> & Pick<ModelUse, 'channels'>,
  answers: Answers,
): PixelScale | null {
  const answer = answers['input-scale'];
  if (answer !== undefined) return oneOf('input-scale', answer, scalesOf(shape));
  if (element === 'uint8') return 'bytes';
  const { nodes, scalars } = encoder.graph;
  const first = nodes.filter(({ inputs }) => inputs.includes(input));
  const [node] = first;
  if (first.length !== 1 || node === undefined) return null;
  const factor = scalars.get(node.inputs.find((name) => name !== input) ?? '') ?? NaN;
  const isDivided = node.operator === 'Div' && factor === 255;
  // A factor of half precision is exact to a part in 2,048, and 1/256 is another one.
  const isMultiplied = node.operator === 'Mul' && Math.abs(factor * 255 - 1) < 1e-3;
  return isDivided || isMultiplied ? 'bytes' : null;
}

function scaleOfRange(decoder: ModelFile, output: string): PixelScale | null {
  const node = lastOperator(decoder, output);
  if (node?.operator === 'Sigmoid') return 'unit';
  if (node?.operator === 'Tanh') return 'signed';
  if (node?.operator !== 'Clip') return null;
  const [low, high] = node.inputs.slice(1).map((name) => decoder.graph.scalars.get(name));
  if (high === 1) return low === 0 ? 'unit' : low === -1 ? 'signed' : null;
  return low === 0 && high === 255 ? 'bytes' : null;
}

/** Returns the operator that computes the values of an output. */
export function lastOperator({ graph: { nodes } }: ModelFile, output: string): NodeSummary | undefined {
  const made = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  let node = made.get(output);
  // A graph with a circle, which the runtime refuses, would never end.
  for (let steps = 0; node !== undefined && REORDERING.has(node.operator) && steps < nodes.length; steps++)
    node = made.get(node.inputs[0] ?? '');
  return node;
}
