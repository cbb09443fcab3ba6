/**
 * What one small call takes, decoding a point or encoding an image of the paper's model: median processor time of 21 rounds of 200 calls.
 *
 *     npm run bench -- small-calls [tensorflow|onnx] [threads]
 */
import { onnxEngine } from '../src/engine/onnx/engine';
import { tensorflowEngine } from '../src/engine/tensorflow/engine';
import { initialState } from '../src/model/state';
import { randomImages, randomPoints } from './contenders/inputs';
import { configOf, modelOf } from './contenders/model-of';
import { NO_TENSORFLOW, nativeTensorflow } from './contenders/native';
import { processorMs } from './contenders/processor-time';
import { median } from './compare/report';
import { WORKLOADS } from './compare/workloads';

const ROUNDS = 21;
const CALLS = 200;

const [name = 'tensorflow', threads = '2'] = process.argv.slice(2);

async function main(): Promise<void> {
  const workload = WORKLOADS.find((each) => each.name === 'decode-each')!;
  const model = modelOf(workload);
  const native = nativeTensorflow();
  if (name === 'tensorflow' && !native) throw new Error(NO_TENSORFLOW);
  const engine = await (name === 'tensorflow'
    ? tensorflowEngine(native!.folder, Number(threads))
    : onnxEngine(Number(threads)));
  const session = await engine.open(model, null, null);
  const { parameters } = initialState(configOf(model, workload, 'float32'));
  await session.load({ step: 0, parameters, slots: {} });
  const [z, pixels] = [randomPoints(workload, 1), randomImages(workload, 1)];
  const calls = { decode: () => session.decode(z, 1), encode: () => session.encode(pixels, 1) };
  for (const [task, call] of Object.entries(calls)) {
    const times: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const start = processorMs();
      for (let i = 0; i < CALLS; i++) await call();
      times.push((processorMs() - start) / CALLS);
    }
    process.stdout.write(`${name}, ${threads} threads, ${task}: ${median(times).toFixed(4)} ms\n`);
  }
  process.exit(0);
}

void main();
