import assert from 'node:assert/strict';
import { execute } from './commands';

/** Asserts that a command throws, and that its message fits. */
export async function refuses(command: string, argument: object, message: RegExp): Promise<void> {
  const refusal = await execute(command, argument).then(
    (result) => assert.fail(`${command} ${JSON.stringify(argument)} gave ${JSON.stringify(result)}`),
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  assert.match(refusal, message, `${command} ${JSON.stringify(argument)}`);
}
