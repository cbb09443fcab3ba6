import { expect, test } from 'vitest';
import type { EngineConnection } from '../../../src/host/engines/engine-connection';
import { EnginePool } from '../../../src/host/engines/engine-pool';
import type { Engines } from '../../../src/host/engines/engines';

/** Engines whose processes are only counted. */
function counted() {
  const alive = new Set<string>();
  const stopped: string[] = [];
  let most = 0;
  const answers = new Map<string, (value: unknown) => void>();
  const engines = {
    connection: (runFolder: string) =>
      ({
        get connected() {
          return alive.has(runFolder);
        },
        status: null,
        call: () => Promise.resolve(void stopped.push(runFolder)),
        untilGone: () => Promise.resolve(alive.delete(runFolder)),
      }) as unknown as EngineConnection,
    ask: (runFolder: string) => {
      alive.add(runFolder);
      most = Math.max(most, alive.size);
      return new Promise((resolve) => answers.set(runFolder, resolve));
    },
  } as unknown as Pick<Engines, 'ask' | 'connection'>;
  const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  return { engines, alive, stopped, answers, turn, most: () => most };
}

test('no more engines at once than allowed: the one asked longest ago ends where another is wanted', async () => {
  const { engines, alive, stopped, answers, turn, most } = counted();
  const few = new EnginePool(engines, 2);
  const asked = ['a', 'b', 'c', 'a'].map((run) => few.ask(run, 'status', {}));
  await turn();
  // a and b are being asked, so c waits.
  expect([...alive]).toEqual(['a', 'b']);
  answers.get('b')!(null);
  await turn();
  expect(stopped).toEqual(['b']);
  expect([...alive]).toEqual(['a', 'c']);
  answers.get('c')!(null);
  answers.get('a')!(null);
  await turn();
  void asked;
  expect(most()).toBe(2);
});

test('an engine that was there before is asked as it is, and never ended', async () => {
  const { engines, alive, stopped, answers, turn } = counted();
  alive.add('live');
  const few = new EnginePool(engines, 1);
  void few.ask('live', 'status', {});
  void few.ask('a', 'status', {});
  await turn();
  expect([...alive]).toEqual(['live', 'a']);
  answers.get('a')!(null);
  await turn();
  void few.ask('b', 'status', {});
  await turn();
  expect(stopped).toEqual(['a']);
  expect([...alive]).toEqual(['live', 'b']);
});
