import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Scheduler } from '../../src/engine-process/scheduler';
import { eventually } from '../support/eventually';

test('one turn at a time, interactive before evaluation before training', async () => {
  const scheduler = new Scheduler();
  const order: string[] = [];
  let inside = 0;
  const work = (name: string) => async () => {
    expect(++inside).toBe(1);
    for (let i = 0; i < 5; i++) await turnOfTheLoop();
    order.push(name);
    inside--;
  };
  await Promise.all([
    scheduler.turn('training', work('training 1')),
    scheduler.turn('training', work('training 2')),
    scheduler.turn('evaluation', work('evaluation')),
    scheduler.turn('interactive', work('interactive')),
  ]);
  expect(order).toEqual(['interactive', 'evaluation', 'training 1', 'training 2']);
});

test('a request that arrives during training waits for one turn only', async () => {
  const scheduler = new Scheduler();
  let turns = 0;
  let stop = false;
  const training = (async () => {
    while (!stop) await scheduler.turn('training', () => turnOfTheLoop().then(() => turns++));
  })();
  await eventually(() => turns).toBeGreaterThan(2);
  const before = turns;
  await scheduler.turn('interactive', () => undefined);
  expect(turns - before).toBeLessThanOrEqual(1);
  stop = true;
  await training;
});

test('training does not get in between the batches of an evaluation', async () => {
  const scheduler = new Scheduler();
  let step = 0;
  let stop = false;
  const training = (async () => {
    while (!stop) await scheduler.turn('training', () => step++);
  })();
  await eventually(() => step).toBeGreaterThan(0);
  const seen = new Set<number>();
  for (let i = 0; i < 5; i++)
    await scheduler.turn('evaluation', () => turnOfTheLoop().then(() => seen.add(step)));
  expect(seen.size).toBe(1);
  stop = true;
  await training;
});

test('work that throws rejects its turn and the next one runs', async () => {
  const scheduler = new Scheduler();
  await expect(scheduler.turn('training', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(await scheduler.turn('training', () => 7)).toBe(7);
});

test('background work is let in between turns of training, and after everything else', async () => {
  const scheduler = new Scheduler();
  const order: string[] = [];
  const work = (name: string) => () => void order.push(name);
  await Promise.all([
    ...Array.from({ length: 2 }, () => scheduler.turn('background', work('background'))),
    ...Array.from({ length: 5 }, () => scheduler.turn('training', work('training'))),
    scheduler.turn('evaluation', work('evaluation')),
    scheduler.turn('interactive', work('interactive')),
  ]);
  const expected = ['interactive', 'evaluation', 'training', 'training', 'background'];
  expect(order).toEqual([...expected, 'training', 'training', 'background', 'training']);
});

test('it is in use for two seconds after an interactive request, and not because it trains', async () => {
  let now = 0;
  const scheduler = new Scheduler(() => now);
  await scheduler.turn('training', () => undefined);
  expect(scheduler.isInUse).toBe(false);
  await scheduler.turn('interactive', () => undefined);
  now = 1999;
  expect(scheduler.isInUse).toBe(true);
  now = 2000;
  expect(scheduler.isInUse).toBe(false);
});
