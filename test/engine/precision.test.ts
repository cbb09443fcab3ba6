import { describe, expect, test } from 'vitest';
import { chooseEngine } from '../../src/engine/choose';
import { precisionProblem } from '../../src/engine/precision';
import { noBfloat16 } from '../../src/engine/processor';

describe('the processor', () => {
  test('multiplies bfloat16 with AMX or AVX512-BF16', () => {
    expect(noBfloat16(['fpu', 'avx512f', 'avx512_bf16'])).toBeNull();
    expect(noBfloat16(['amx_bf16', 'amx_tile'])).toBeNull();
  });

  test('does not with the others, or where nobody says', () => {
    expect(noBfloat16(['fpu', 'avx2', 'avx512f'])).toMatch(/neither AMX nor AVX512-BF16/);
    expect(noBfloat16([])).toMatch(/does not say/);
  });
});

describe('an engine', () => {
  const description = { name: 'tensorflow', build: '', threads: 1, instructionSet: '' } as const;

  test('that has no such products says why, and what to do', () => {
    const engine = { description, noBfloat16: 'WHY' };
    expect(precisionProblem(engine, { precision: 'bfloat16' })).toBe(
      "precision: got bfloat16, which the engine 'tensorflow' does not train with here: WHY. Set it to float32 for a new run; a run of bfloat16 is resumed on a machine that has it.",
    );
    expect(precisionProblem(engine, { precision: 'float32' })).toBeNull();
    const onnx = { description: { ...description, name: 'onnx' }, noBfloat16: 'WHY' } as const;
    expect(precisionProblem(onnx, { precision: 'bfloat16' })).toMatch(
      /Choose the engine 'tensorflow' or 'jax', or set it to float32 for a new run\.$/,
    );
  });

  test('that has them is fine', () => {
    expect(precisionProblem({ description, noBfloat16: null }, { precision: 'bfloat16' })).toBeNull();
  });

  test('is not chosen for what it does not have, not even where no other is set up', async () => {
    const request = { nativeFolder: null, jaxPython: null, threads: 1, precision: 'bfloat16' } as const;
    await expect(chooseEngine({ ...request, engine: 'wasm' })).rejects.toThrow(
      "precision: got bfloat16, which the engine 'wasm' does not train with here: ONNX Runtime does not",
    );
    await expect(chooseEngine({ ...request, engine: 'auto' })).rejects.toThrow(
      /TensorFlow is not set up here/,
    );
    const { engine } = await chooseEngine({ ...request, engine: 'wasm', precision: 'float32' });
    expect(engine.description.name).toBe('wasm');
  });
});
