import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Returns the folder of the engine's files: this file is bundled into one of them. */
export const engineFolder = (): string => dirname(fileURLToPath(import.meta.url));
