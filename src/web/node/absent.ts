/** Stands in for Node's modules that nothing in a browser may reach: processes, sockets and requests to the network. */

const refuse = (what: string) => (): never => {
  throw new Error(`${what} is not possible where VS Code runs in a browser`);
};

export const spawn = refuse('to start a program');
export const execFile = refuse('to start a program');
export const createConnection = refuse('a local connection');
export const createServer = refuse('a local connection');
export const connect = refuse('a connection');
export const globalAgent = { options: {} };
export const request = refuse('a download');
export const get = refuse('a download');
export const createInterface = refuse('to read lines of a program');
export const createRequire = () => ({ resolve: refuse('to look for a package') });
export const isatty = (): boolean => false;
export const pipeline = refuse('to write from stream to stream');
export class Readable {}
export const stripVTControlCharacters = (text: string): string =>
  text.replace(/\u001b\[[0-9;]*[A-Za-z]/g, '');
export const promisify = <T>(action: T): T => action;
