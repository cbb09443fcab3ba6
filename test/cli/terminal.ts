import type { ChildProcess } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { until } from '../faults/support';
import type { Cli } from './support';

/** A script of bash in a terminal of its own. */
export interface Terminal {
  readonly child: ChildProcess;
  readonly type: (keys: string) => void;
  /** Resolves when the terminal has been sent this text. */
  readonly says: (what: string) => Promise<unknown>;
  /** Resolves to `code N` with the exit code of the script's last command, once it has ended. */
  readonly code: () => Promise<string>;
  /** All that the terminal has been sent. */
  readonly text: () => string;
}

/** Starts a script of bash, in which `$VAE` is the command, in a terminal of its own. @param name of its files */
export async function openTerminal(cli: Cli, name: string, script: string): Promise<Terminal> {
  await writeFile(
    cli.path(`${name}.sh`),
    `${script}\necho "code $?" > ${name}.new; mv ${name}.new ${name}.code\n`,
  );
  const child = cli.shell(`exec script -qfc "bash ${name}.sh" /dev/null`);
  const closed = new Promise((resolve) => child.once('close', resolve));
  let text = '';
  child.stdout!.setEncoding('utf8').on('data', (piece: string) => (text += piece));
  return {
    child,
    type: (keys) => void child.stdin!.write(keys),
    says: (what) => until(() => Promise.resolve(text.includes(what))),
    code: async () => {
      const code = await until(() => readFile(cli.path(`${name}.code`), 'utf8').catch(() => ''));
      // What was said last may come after it.
      await closed;
      return code;
    },
    text: () => text,
  };
}
