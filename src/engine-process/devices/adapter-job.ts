import { serialiseModel } from '../../engine/onnx/encode';
import { nativeRuntime } from '../../engine/onnx/native-runtime';
import { onnxTensor } from '../../engine/onnx/tensor';

/** Width of the matrices that are multiplied. */
const SIZE = 32;

/** What a process that tries the adapter prints, as JSON on one line. */
export interface AdapterReply {
  /** Why it cannot be used; empty if it can. */
  readonly problem: string;
}

/**
 * Multiplies two matrices on WebGPU's adapter, and compares with the product that is known. Run in a process of its own: a driver may crash or hang.
 * Meanwhile the driver's loader says on standard error which adapter that is. @returns the `AdapterReply`, as JSON
 */
export async function adapterJob(): Promise<string> {
  const problem = await tried().catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  return JSON.stringify({ problem } satisfies AdapterReply);
}

async function tried(): Promise<string> {
  const matrix = (name: string) => ({ name, type: 'float32', dims: [SIZE, SIZE] }) as const;
  const nodes = [{ operator: 'MatMul', inputs: ['a', 'b'], outputs: ['product'] }];
  const graph = { name: 'trial', inputs: [matrix('a'), matrix('b')], outputs: [matrix('product')], nodes };
  const session = await nativeRuntime(1, 'webgpu').open(serialiseModel({ graph }));
  // Row i of the first is i everywhere, column j of the second is j: small whole numbers, so the product is exact.
  const numbers = Array.from({ length: SIZE * SIZE }, (_, at) => at);
  const feeds = {
    a: onnxTensor(
      'float32',
      [SIZE, SIZE],
      numbers.map((at) => Math.floor(at / SIZE)),
    ),
    b: onnxTensor(
      'float32',
      [SIZE, SIZE],
      numbers.map((at) => at % SIZE),
    ),
  };
  const got = (await session.run(feeds))['product']!.data;
  const wrong = numbers.find((at) => got[at] !== SIZE * Math.floor(at / SIZE) * (at % SIZE));
  return wrong === undefined
    ? ''
    : `it computes a product of matrices wrongly: got ${got[wrong]} at ${wrong}`;
}
