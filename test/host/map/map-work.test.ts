import { expect, it } from 'vitest';
import { runMapWork } from '../../../src/host/map/map-work';
import type { MapState } from '../../../src/protocol/map';

const state = (done: number | null, made: boolean): MapState =>
  ({
    job: done === null ? null : { done, total: 10 },
    set: made ? { key: 'a' } : null,
  }) as unknown as MapState;

/** Engines one after the other: what each answers when it is asked, the first time to the order. */
function work(...engines: MapState[][]) {
  let engine = 0;
  const orders: number[] = [];
  const answer = (): Promise<MapState> => {
    if (engines[engine]!.length === 0) engine++;
    return Promise.resolve(engines[engine]!.shift()!);
  };
  return {
    orders,
    begin: () => {
      orders.push(engine);
      return answer();
    },
    state: answer,
    engine: () => engine,
    progress: ({ job }: MapState) => job && `${job.done} / ${job.total}`,
    isMade: ({ set }: MapState) => set !== null,
  };
}

it('gives the work to the next engine where the first took it along', async () => {
  const given = work(
    [state(0, false), state(5, false)],
    [state(null, false), state(0, false), state(null, true)],
  );
  const told: string[] = [];
  expect((await runMapWork(given, (message) => told.push(message))).set).not.toBeNull();
  expect(given.orders).toEqual([0, 1]);
  expect(told).toEqual(['0 / 10', '5 / 10', '0 / 10']);
});

it('does not begin again what the first engine finished, or what a person cancelled', async () => {
  const made = work([state(0, false)], [state(null, true)]);
  await runMapWork(made, () => undefined);
  expect(made.orders).toEqual([0]);
  const cancelled = work([state(0, false), state(null, false)]);
  expect((await runMapWork(cancelled, () => undefined)).set).toBeNull();
  expect(cancelled.orders).toEqual([0]);
});
