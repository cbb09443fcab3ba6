import type { OptimizerConfig, VaeConfig } from './config';
import { SLOT_NAMES } from './optimizer-rule';
import { parameterShapes } from './parameters';
import type { Parameters } from './parameters';

/** Returns the key of a parameter's optimizer slot: `<slot>/<parameter>`, e.g. `m/encoder.hidden.0.weight`. */
export const slotKey = (slot: string, parameter: string): string => `${slot}/${parameter}`;

/**
 * Returns the shapes of all tensors that training changes, in a fixed order: the parameters, then slot after slot.
 * @param optimizer null for the parameters alone
 */
export function stateShapes(
  model: VaeConfig,
  optimizer: OptimizerConfig | null,
): Parameters<readonly number[]> {
  const parameters = parameterShapes(model);
  const slotNames = optimizer ? SLOT_NAMES[optimizer.name] : [];
  const slots = slotNames.flatMap((slot) =>
    Object.entries(parameters).map(([name, shape]) => [slotKey(slot, name), shape] as const),
  );
  return { ...parameters, ...Object.fromEntries(slots) };
}
