import { expect, test } from 'vitest';
import { BackgroundJob } from '../../src/engine-process/background-job';
import { eventually } from '../support/eventually';

/** A job whose work ends when it is told to. */
function job() {
  const log: string[] = [];
  const works: {
    report: (done: number) => void;
    signal: AbortSignal;
    resolve: (message: string) => void;
    reject: (error: Error) => void;
  }[] = [];
  const own = new BackgroundJob<number>((message) => log.push(message));
  const start = (): void =>
    own.start(0, (report, signal) => {
      return new Promise((resolve, reject) => works.push({ report, signal, resolve, reject }));
    });
  return { own, start, works, log };
}

test('says how far it is until it is done', async () => {
  const { own, start, works, log } = job();
  expect(own.progress).toBeNull();
  start();
  expect(own.progress).toBe(0);
  works[0]!.report(3);
  expect(own.progress).toBe(3);
  works[0]!.resolve('');
  await eventually(() => own.progress).toBeNull();
  expect([own.error, log]).toEqual(['', []]);
});

test('keeps why it failed, or what went wrong at its end, until it is started again', async () => {
  const { own, start, works, log } = job();
  start();
  works[0]!.reject(new Error('no memory'));
  await eventually(() => own.error).toBe('no memory');
  start();
  expect(own.error).toBe('');
  works[1]!.resolve('not saved');
  await eventually(() => own.error).toBe('not saved');
  expect(log).toEqual(['no memory', 'not saved']);
});

test('what is cancelled, by a word or by the next start, says no more', async () => {
  const { own, start, works, log } = job();
  start();
  start();
  expect(works.map(({ signal }) => signal.aborted)).toEqual([true, false]);
  works[0]!.reject(new Error('aborted'));
  own.cancel();
  expect([own.progress, works[1]!.signal.aborted]).toEqual([null, true]);
  works[1]!.report(7);
  works[1]!.resolve('late');
  await new Promise((resolve) => setImmediate(resolve));
  expect([own.progress, own.error, log]).toEqual([null, '', []]);
});
