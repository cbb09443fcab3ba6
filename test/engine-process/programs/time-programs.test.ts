import { expect, test } from 'vitest';
import type { EngineProgram } from '../../../src/engine/program';
import { programText } from '../../../src/engine/program';
import { areDisturbed, fastest, timePrograms } from '../../../src/engine-process/programs/time-programs';
import type { ProgramTime } from '../../../src/engine-process/programs/time-programs';

const xla: EngineProgram = { engine: 'tensorflow', executor: 'xla', threads: 4 };
const graph: EngineProgram = { engine: 'tensorflow', executor: 'graph', threads: 4 };
const onnx: EngineProgram = { engine: 'onnx', executor: null, threads: 4 };
const took = (program: EngineProgram, secondsPerStep: number | null): ProgramTime => ({
  program,
  secondsPerStep,
  problem: secondsPerStep === null ? 'it crashed' : '',
  others: 0,
});

test('the fastest is clearly faster than those before it', () => {
  expect(fastest([took(xla, 2), took(graph, 1.5), took(onnx, 3)])).toBe(graph);
  expect(fastest([took(xla, 2), took(graph, 1.91)])).toBe(xla);
  expect(fastest([took(xla, null), took(onnx, 3)])).toBe(onnx);
  expect(fastest([took(xla, null)])).toBeNull();
});

test('all are timed, then the fastest with fewer threads', async () => {
  const seconds: Readonly<Record<string, number>> = { xla: 1, graph: 2 };
  const seen: string[] = [];
  const times = await timePrograms(
    [graph, xla, onnx],
    [2, 1],
    (program) => {
      const whole = program.executor ? seconds[program.executor]! : null;
      return Promise.resolve(
        took(program, whole === null ? null : whole * (program.threads === 1 ? 0.5 : 1)),
      );
    },
    (program) => seen.push(programText(program)),
  );
  const order = ['graph, 4 threads', 'xla, 4 threads', '', 'xla, 2 threads', 'xla, 1 thread'];
  expect(seen).toEqual(order.map((each) => (each ? `tensorflow, ${each}` : 'onnx, 4 threads')));
  expect(times.map(({ secondsPerStep }) => secondsPerStep)).toEqual([2, 1, null, 1, 0.5]);
  expect(fastest(times)).toEqual({ ...xla, threads: 1 });
});

test('times are of no use if others had more than a fifth of the cores', () => {
  expect(areDisturbed([took(xla, 1), { ...took(graph, 1), others: 0.2 }])).toBe(false);
  expect(areDisturbed([took(xla, 1), { ...took(graph, 1), others: 0.21 }])).toBe(true);
});

test('where nothing trains, no further threads are tried', async () => {
  const times = await timePrograms(
    [onnx],
    [1],
    (program) => Promise.resolve(took(program, null)),
    () => undefined,
  );
  expect(times).toHaveLength(1);
});
