import type { TrainingConfig } from '../vae/config';
import type { Engine } from './engine';

/** Says that an engine does not compute in the precision that is asked for, and what to do; null if it does. */
export function precisionProblem(
  { description: { name }, noBfloat16 }: Pick<Engine, 'description' | 'noBfloat16'>,
  { precision }: Pick<TrainingConfig, 'precision'>,
): string | null {
  if (precision === 'float32' || noBfloat16 === null) return null;
  return (
    `precision: got bfloat16, which the engine '${name}' does not train with here: ${noBfloat16}. ` +
    (name === 'tensorflow' || name === 'jax'
      ? 'Set it to float32 for a new run; a run of bfloat16 is resumed on a machine that has it.'
      : "Choose the engine 'tensorflow' or 'jax', or set it to float32 for a new run.")
  );
}

/** For engines that know single precision alone. @throws RangeError for a training that asks for another */
export function requireFloat32(training: Pick<TrainingConfig, 'precision'> | null, why: string): void {
  if (training !== null && training.precision !== 'float32')
    throw new RangeError(`precision: got ${training.precision}, expected float32: ${why}`);
}
