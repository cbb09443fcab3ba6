import { createInterface } from 'node:readline/promises';
import { Option } from 'commander';
import type { Context } from './context';
import { badInput } from './exit';

/** Whether a person has agreed to what is sent, or is asked: at the terminal, or by the program that has started this one. */
export type Consent = 'given' | 'asked' | 'asked by program';

/** Option for programs, which show what is sent to a person themselves. */
export const askOnStdin = (): Option =>
  new Option(
    '--ask-on-stdin',
    'with --json: what is sent is agreed to by a line on standard input',
  ).hideHelp();

/** Options of a command that sends something. */
export interface ConsentOptions {
  readonly yes?: true;
  readonly askOnStdin?: true;
}

export const consentOf = ({ yes, askOnStdin: byProgram }: ConsentOptions): Consent =>
  yes ? 'given' : byProgram ? 'asked by program' : 'asked';

/** Waits for the line by which a program answers; anything but yes is no, and so is an end without one. */
export async function confirmedByProgram({ input }: Context): Promise<boolean> {
  const stream = input?.();
  if (stream === undefined) return false;
  const lines = createInterface({ input: stream });
  try {
    for await (const line of lines) return line.trim() === 'yes';
    return false;
  } finally {
    lines.close();
  }
}

/**
 * Asks a question that is answered by yes or no; anything but yes is no.
 * @param option that answers yes where nobody can be asked
 * @throws CliError if nobody can be asked
 */
export async function confirm(question: string, option: string, context: Context): Promise<boolean> {
  const { output } = context;
  const input = output.terminal ? context.input?.() : undefined;
  if (input?.isTTY !== true)
    throw badInput(`${question}: there is no terminal to ask in; ${option} answers yes`);
  output.progress('');
  output.say(`${question} [y/N]`, null);
  const lines = createInterface({ input });
  try {
    const answer = await lines.question('');
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
