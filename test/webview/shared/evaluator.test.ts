import { expect, it, vi } from 'vitest';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RunSession } from '../../../webview/shared/run-session';
import { RUN, fakeHost } from '../fake-host';

const RESULT = { step: 7, split: 'test', klPerDimension: new Float32Array(2) };

function session(evaluate: () => unknown) {
  const fake = fakeHost({ evaluate });
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  return { fake, session: new RunSession(fake.client, RUN, choices.of(RUN.uri, 'images')) };
}
const evaluations = (asked: readonly string[]): number => asked.filter((each) => each === 'evaluate').length;

it('keeps the result for the session; a second start while it runs asks nothing', async () => {
  const answer = vi.fn<(value: unknown) => void>();
  const { fake, session: own } = session(() => new Promise((resolve) => answer.mockImplementation(resolve)));
  const done = own.evaluator.start();
  void own.evaluator.start();
  expect(own.evaluator.isRunning.value).toBe(true);
  expect(evaluations(fake.asked)).toBe(1);
  answer(RESULT);
  await done;
  expect(own.evaluator.isRunning.value).toBe(false);
  expect(own.evaluation).toEqual(RESULT);
});

it('is cancelled without an error and can begin again; a failure is one of an action', async () => {
  const { fake, session: own } = session(() => new Promise(() => undefined));
  const done = own.evaluator.start();
  own.evaluator.cancel();
  await done;
  expect(own.evaluator.isRunning.value).toBe(false);
  expect([own.evaluation, own.troubles]).toEqual([null, []]);
  void own.evaluator.start();
  expect(evaluations(fake.asked)).toBe(2);
  const { session: broken } = session(() => Promise.reject(new Error('no test images')));
  await broken.evaluator.start();
  expect(broken.troubles).toEqual(['no test images']);
  expect(broken.evaluator.isRunning.value).toBe(false);
});
