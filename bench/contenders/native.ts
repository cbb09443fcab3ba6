import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isNativePresent, MANIFEST, nativeFolder } from '../../src/setup/locations.mjs';

/** Where the TensorFlow library lies, and its version; null where set-up has not put any. */
export function nativeTensorflow(): { readonly folder: string; readonly version: string } | null {
  const folder = isNativePresent() ? nativeFolder() : null;
  if (folder === null) return null;
  const { tensorflow } = JSON.parse(readFileSync(join(folder, MANIFEST), 'utf8')) as { tensorflow: string };
  return { folder, version: tensorflow };
}

export const NO_TENSORFLOW = 'TensorFlow is not set up here; `npm run setup` does it';
