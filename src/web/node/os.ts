/** Stands in for `node:os`. */
import { HOME, TEMPORARY } from '../files/mounted-files';

export const homedir = (): string => HOME;
export const tmpdir = (): string => TEMPORARY;
export const hostname = (): string => 'browser';
/** WebAssembly's addresses have 32 bits; how much memory the machine has, a browser does not say. */
export const totalmem = (): number => 4 * 2 ** 30;
/** One thread: several need memory that they share, which a page without cross-origin isolation has not. */
export const availableParallelism = (): number => 1;
export const cpus = (): readonly { readonly model: string }[] => [{ model: 'browser' }];
export const constants = { signals: { SIGINT: 2, SIGTERM: 15 } as Record<string, number> };
