import { expect, test } from 'vitest';
import { AutoResume } from '../../../src/host/runs/auto-resume';
import { RestartLimit } from '../../../src/shared/restart-limit';
import { memento } from '../memento';

const MINUTE = 60_000;

/** A clock that a test moves. */
function setUp(isWanted = true) {
  const state = memento();
  const clock = { now: 0 };
  const make = () => new AutoResume(state, () => isWanted, new RestartLimit(() => clock.now));
  return { auto: make(), make, clock };
}

test('a run that was started here and made progress is resumed, three times in three minutes at most', async () => {
  const { auto, clock } = setUp();
  await auto.startedHere('/a');
  const decisions = [];
  for (let i = 0; i < 4; i++) {
    decisions.push(auto.decide('/a', 10));
    clock.now += 20_000;
  }
  expect(decisions).toEqual(['resume', 'resume', 'resume', 'too-often']);
  clock.now = 3 * MINUTE + 1;
  expect(auto.decide('/a', 10)).toBe('resume');
});

test('each run has its own three', async () => {
  const { auto } = setUp();
  for (const run of ['/a', '/b']) await auto.startedHere(run);
  for (let i = 0; i < 3; i++) auto.decide('/a', 1);
  expect(auto.decide('/a', 1)).toBe('too-often');
  expect(auto.decide('/b', 1)).toBe('resume');
});

test('without progress, of a terminal, or where it is not wanted, the user is asked', async () => {
  const { auto } = setUp();
  expect(auto.decide('/a', 10)).toBe('ask');
  await auto.startedHere('/a');
  expect(auto.decide('/a', 0)).toBe('ask');
  const unwanted = setUp(false).auto;
  await unwanted.startedHere('/a');
  expect(unwanted.decide('/a', 10)).toBe('ask');
});

test('a reloaded window still knows which trainings were started here', async () => {
  const { auto, make } = setUp();
  await auto.startedHere('/a');
  expect(make().decide('/a', 1)).toBe('resume');
});

test('only the newest runs are remembered, and a state of another shape counts for nothing', async () => {
  const { auto, make } = setUp();
  for (let i = 0; i < 51; i++) await auto.startedHere(`/${i}`);
  expect(make().decide('/0', 1)).toBe('ask');
  expect(make().decide('/1', 1)).toBe('resume');
  const strange = memento({ trainedHere: { '/a': true } });
  const other = new AutoResume(strange, () => true, new RestartLimit(() => 0));
  expect(other.decide('/a', 1)).toBe('ask');
});
