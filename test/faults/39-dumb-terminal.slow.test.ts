/** On a terminal that cannot move its cursor, and in logs of continuous integration, lines are added and never drawn over. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Cli, ended } from '../cli/support';
import { SMALL, has } from './support';

let cli: Cli;
beforeAll(async () => void (cli = await Cli.build()));
afterAll(() => cli.dispose());

let number = 0;
/** What a short training writes on a terminal with these variables. */
async function onTerminal(variables: string): Promise<string> {
  const command = `$VAE train --data digits:300 ${SMALL.join(' ')} --samples 1000 --run run-${++number}`;
  const { code, stdout } = await ended(
    cli.shell(`unset CI; export TERM=xterm ${variables}; script -qec "${command}" /dev/null`),
  );
  expect(code).toBe(0);
  expect(stdout).toContain('finished');
  return stdout;
}

// That of Linux: elsewhere its options differ.
test.skipIf(process.platform !== 'linux' || !has('script'))('no sequences for the cursor', async () => {
  // With a cursor there are some, so that this test would see them.
  expect(await onTerminal('')).toContain('\u001b[');
  for (const variables of ['TERM=dumb', 'CI=true', 'CI=1']) {
    const text = await onTerminal(variables);
    expect(text).not.toContain('\u001b');
    expect(text.replaceAll('\r\n', '\n')).not.toContain('\r');
  }
});
