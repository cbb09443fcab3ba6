import { expect, it } from 'vitest';
import { openEndpoint } from '../../../src/endpoint/server';
import { Engines } from '../../../src/host/engines/engines';
import { InterpolationModel } from '../../../src/host/interpolation/interpolation';
import type { EngineMethods } from '../../../src/protocol/schemas/engine';
import type { Handlers } from '../../../src/protocol/rpc';
import { until, useFolder } from '../support';
import { status } from '../../support/engine-status';
import { memento } from '../memento';

const folder = useFolder();
const points = (name: string) => [{ uri: `file:///${name}` }, { uri: 'file:///end' }];

/** A model on an engine that answers for each path when the test says so; its step is the number of the question. */
async function model() {
  const answers: (() => void)[] = [];
  const table: Partial<Record<keyof EngineMethods, (params: never) => unknown>> = {
    hello: () => ({ protocol: 1, product: 'test', mode: 'train', pid: process.pid }),
    status: () => status(),
    path: () =>
      new Promise((resolve) => {
        const step = answers.length;
        answers.push(() => resolve({ step }));
      }),
  };
  const endpoint = await openEndpoint(folder.path(), 'test', table as unknown as Handlers<EngineMethods>);
  const state = memento();
  const engines = new Engines({
    engineFolder: '',
    choose: () => ({ engine: 'auto', threads: 1 }),
    checkAllowed: () => expect.unreachable('an engine is there'),
  });
  await engines.connection(folder.path()).connect();
  const close = async (): Promise<void> => {
    engines.dispose();
    await endpoint.close();
  };
  const asked = (count: number): Promise<void> => until(() => answers.length === count);
  return {
    answers,
    asked,
    state,
    endpoint,
    engines,
    close,
    path: new InterpolationModel(state, engines),
  };
}

it('shows the path that was asked for last, although one of before is computed later', async () => {
  const { answers, asked, state, engines, close, path } = await model();
  const first = path.set(folder.path(), points('a'));
  await asked(1);
  answers[0]!();
  await first;
  // As after a reload: the waypoints are kept, the path is computed anew.
  const again = new InterpolationModel(state, engines);
  const shown = again.current(true);
  await asked(2);
  const other = again.set(folder.path(), points('b'));
  await asked(3);
  answers[2]!();
  await other;
  answers[1]!();
  expect(await shown).toMatchObject({ names: ['b', 'end'], path: { step: 2 } });
  expect(await again.current(true)).toMatchObject({ names: ['b', 'end'], path: { step: 2 } });
  await close();
});

it('of two paths that are asked for shows the later one, whichever is computed first', async () => {
  const { answers, asked, close, path } = await model();
  const first = path.set(folder.path(), points('a'));
  const second = path.set(folder.path(), points('b'));
  await asked(2);
  answers[1]!();
  await second;
  answers[0]!();
  await first;
  expect(await path.current(true)).toMatchObject({ names: ['b', 'end'], path: { step: 1 } });
  await close();
});

it('computes a path again whose weights changed while it was computed', async () => {
  const { answers, asked, state, endpoint, engines, close, path } = await model();
  const first = path.set(folder.path(), points('a'));
  await asked(1);
  answers[0]!();
  await first;
  const again = new InterpolationModel(state, engines);
  let told = 0;
  again.changed(() => told++);
  const shown = again.current(true);
  await asked(2);
  endpoint.emit('reconstructed', { step: 1 });
  await until(() => told === 1);
  answers[1]!();
  await asked(3);
  answers[2]!();
  expect(await shown).toMatchObject({ path: { step: 2 } });
  await close();
});

it('says what is being computed, and for whom a command asks', async () => {
  const { answers, asked, close, path } = await model();
  const told: string[] = [];
  path.asked(() => told.push('asked'));
  path.waitingChanged(() => told.push(`waits for ${path.waiting?.waypoints ?? 'nothing'}`));
  expect(path.waiting).toBeNull();
  const first = path.set(folder.path(), points('a'));
  await asked(1);
  expect(path.waiting).toEqual({ runFolder: folder.path(), waypoints: 2 });
  answers[0]!();
  await first;
  expect(path.waiting).toBeNull();
  // A change within the view brings nothing into view that is not there.
  const changed = path.add({ uri: 'file:///third' });
  await asked(2);
  expect(path.waiting).toEqual({ runFolder: folder.path(), waypoints: 3 });
  answers[1]!();
  await changed;
  expect(told).toEqual(['asked', 'waits for 2', 'waits for nothing', 'waits for 3', 'waits for nothing']);
  await close();
});

it('waits for nothing after a failure', async () => {
  const { endpoint, close, path } = await model();
  const failed = expect(path.set(folder.path(), points('a'))).rejects.toThrow();
  await endpoint.close();
  await failed;
  expect(path.waiting).toBeNull();
  await close();
});
