import { join } from 'node:path';
import type { JaxPython } from '../../engine/jax/process';
import { cacheRoot, jaxPython } from '../../setup/locations.mjs';

/** Returns the Python that runs JAX here, which keeps what it compiles in the user's cache; null if there is none. */
export function jaxWithCache(): JaxPython | null {
  const found = jaxPython();
  return found && { ...found, cache: join(cacheRoot(), 'jax-compiled') };
}
