import { expect, it } from 'vitest';
import type { RunView } from '../../../src/protocol/panel';
import { RunSession } from '../../../webview/shared/run-session';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RUN, fakeHost } from '../fake-host';
import type { Answers } from '../fake-host';

function session(answers: Answers, run: RunView = RUN) {
  const fake = fakeHost(answers);
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  return { fake, session: new RunSession(fake.client, run, choices.of(run.uri, 'images')) };
}

it('pulls cards, reconstructions and the curve when it begins', async () => {
  const { fake } = session({});
  await expect
    .poll(() => fake.asked)
    .toEqual(expect.arrayContaining(['cards', 'reconstructions', 'metrics']));
});

it('pulls the end of a very long curve, and the whole when asked', async () => {
  const train = (step: number) => ({ type: 'train', step, samples: step, seconds: 1, elbo: 0 });
  const { session: run } = session({
    metrics: ({ whole }) =>
      whole === true ? { rows: [train(1), train(9)], isWhole: true } : { rows: [train(9)], isWhole: false },
  });
  await expect.poll(() => run.history.train.length).toBe(1);
  expect(run.isWholeCurve).toBe(false);
  run.pullWholeCurve();
  await expect.poll(() => run.history.train.map(({ step }) => step)).toEqual([1, 9]);
  expect(run.isWholeCurve).toBe(true);
});

it('pulls the curve anew when the run goes back to an earlier step, also if another change follows at once', async () => {
  const asked: unknown[] = [];
  const row = { type: 'train', step: 50, samples: 50, seconds: 1, elbo: 0 };
  const { session: run } = session({
    metrics: ({ since }) => {
      asked.push(since);
      return { rows: [row], isWhole: true };
    },
  });
  await expect.poll(() => run.history.lastStep).toBe(50);
  run.update(RUN, 60);
  // Both come while the one before is on its way; only the last is asked for.
  run.update(RUN, 20);
  run.update(RUN, 70);
  await expect.poll(() => asked.at(-1)).toBe(-1);
});

it('what arrives after its end reaches nobody', async () => {
  let answer: (cards: unknown) => void = () => undefined;
  const { fake, session: run } = session({
    cards: () => new Promise((resolve) => (answer = resolve)),
  });
  await expect.poll(() => fake.asked).toContain('cards');
  run.dispose();
  answer([{ uri: 'file:///a.png', error: 'of the run before' }]);
  await expect.poll(() => run.cardsBusy).toBe(false);
  expect(run.cards).toEqual([]);
  await expect(run.client.call('mapTags', {})).rejects.toThrow('another run');
});

it('says that its KL is known once the curve has come, or could not be read', async () => {
  for (const fails of [false, true]) {
    let answer = (): void => undefined;
    const { session: run } = session({
      metrics: () =>
        new Promise((resolve, reject) => {
          answer = () => (fails ? reject(new Error('no such file')) : resolve({ rows: [], isWhole: true }));
        }),
    });
    await expect.poll(() => run.cardsBusy).toBe(false);
    expect(run.isKlKnown).toBe(false);
    answer();
    await expect.poll(() => run.isKlKnown).toBe(true);
  }
});
