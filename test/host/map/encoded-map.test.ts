import { expect, it } from 'vitest';
import { encodedMap } from '../../../src/host/map/encoded-map';
import type { Engines } from '../../../src/host/engines/engines';
import type { MapState } from '../../../src/protocol/map';

const state = (key: string | null, done: number | null, error = ''): MapState =>
  ({
    set: key === null ? null : { key, step: key === 'old' ? 10 : 20 },
    step: 20,
    job: done === null ? null : { done, total: 4 },
    error,
  }) as unknown as MapState;

/** Engines that answer each question about the map with the next state; what else they are asked is noted. */
function enginesWith(...states: MapState[]) {
  const asked: string[] = [];
  const next = (): MapState => (states.length > 1 ? states.shift()! : states[0]!);
  const engines = {
    connection: () => ({ pid: 7 }),
    ask(_folder: string, method: string) {
      if (method !== 'map') asked.push(method);
      return Promise.resolve(next());
    },
  } as unknown as Engines;
  return { engines, asked };
}

it('takes the images as they are encoded, or encodes them again where they must be of now', async () => {
  const known = enginesWith(state('old', null));
  const quiet = { cancelledText: 'cancelled', current: false, report: () => undefined };
  const set = await encodedMap(known.engines, 'run', { ...quiet, start: state('old', null) });
  expect([set?.key, known.asked]).toEqual(['old', []]);
  const told: number[] = [];
  const again = enginesWith(state('old', 0), state('old', 3), state('new', null));
  const options = {
    ...quiet,
    start: state('old', null),
    current: true,
    report: ({ done }: { done: number }) => void told.push(done),
  };
  expect((await encodedMap(again.engines, 'run', options))?.key).toBe('new');
  expect([again.asked, told]).toEqual([['encodeAll'], [0, 3]]);
});

it('says why the images could not be encoded', async () => {
  const { engines } = enginesWith(state(null, 1), state(null, null, 'no space left'));
  const options = {
    start: state(null, null),
    cancelledText: 'cancelled',
    current: false,
    report: () => undefined,
  };
  const encoding = encodedMap(engines, 'run', options);
  await expect(encoding).rejects.toThrow('no space left');
});

it('is cancelled when that is asked for', async () => {
  let cancelled = false;
  const { engines, asked } = enginesWith(state(null, 0), state(null, null));
  const options = {
    start: state(null, null),
    cancelledText: 'cancelled',
    current: false,
    report: () => void (cancelled = true),
    isCancelled: () => cancelled,
  };
  expect(await encodedMap(engines, 'run', options)).toBeNull();
  expect(asked).toEqual(['encodeAll', 'cancelEncodeAll']);
});
