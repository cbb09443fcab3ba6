import { PassThrough } from 'node:stream';
import { runCli } from '../../../src/cli/cli';
import { parseFailure } from '../../../src/protocol/schemas/inspection';
import { parseSubmitLine } from '../../../src/protocol/schemas/submit-line';
import type { ExtensionServices } from '../../../src/host/services';

/** `submitRun` of the endpoint, but for the process: `vae` runs in this one, in `cwd`. */
export const submitInProcess =
  (cwd: string, calls: string[][] = []): ExtensionServices['submitRun'] =>
  async (args, token, agrees) => {
    calls.push([...args]);
    const input = new PassThrough();
    let [err, last] = ['', ''];
    const before = process.env['RAY_AUTH_TOKEN'];
    if (token !== null) process.env['RAY_AUTH_TOKEN'] = token;
    const code = await runCli([...args, '--json', '--ask-on-stdin'], {
      cwd,
      input: () => input,
      stdout: {
        write(text) {
          const line = parseSubmitLine(text);
          if (line?.type === 'sends')
            void agrees(line).then((isAgreed) => input.end(isAgreed ? 'yes\n' : 'no\n'));
          else if (line !== null) last = line.type;
          return true;
        },
      },
      stderr: { write: (text) => ((err += text), true) },
    });
    if (before === undefined) delete process.env['RAY_AUTH_TOKEN'];
    else process.env['RAY_AUTH_TOKEN'] = before;
    if (code !== 0 && last !== 'declined')
      throw new Error(err.trim().split('\n').map(parseFailure).findLast(Boolean) ?? err);
    return last === 'submitted' || last === 'carried-out';
  };
