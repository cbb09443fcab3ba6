/** Stands in for `node:process`. */
import { process } from './globals';

export default process;
export const { env, argv, platform, versions, pid, stdout, stderr, on, once, off, emit, cwd } = process;

/** No limit is known. */
export const constrainedMemory = (): number => 0;
