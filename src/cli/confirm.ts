import { createInterface } from 'node:readline/promises';
import type { Context } from './context';
import { badInput } from './exit';

/**
 * Asks a question that is answered by yes or no; anything but yes is no.
 * @param option that answers yes where nobody can be asked
 * @throws CliError if nobody can be asked
 */
export async function confirm(question: string, option: string, context: Context): Promise<boolean> {
  const { output } = context;
  const input = output.terminal ? context.input?.() : undefined;
  if (input?.isTTY !== true)
    throw badInput(`${question}: nobody can be asked here, as this is no terminal; ${option} answers yes`);
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
