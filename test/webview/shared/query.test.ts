import { expect, test } from 'vitest';
import { Query } from '../../../webview/shared/query';

/** Until what follows from answers has been done. */
const turn = (): Promise<void> => new Promise((resolve) => void setTimeout(resolve));

/** A query whose answers come when they are released, each of the step that is said then. */
function held() {
  const waiting: ((step: number) => void)[] = [];
  const query = new Query(
    (_: string) =>
      new Promise<{ step: number }>((resolve) => {
        waiting.push((step) => resolve({ step }));
      }),
  );
  const pull = (question: string, step: number, engine = 'live'): void =>
    query.pull(question, JSON.stringify([question, step, engine]), { step, engine });
  return { query, waiting, pull };
}

test.each(['before', 'after'])(
  'a question is asked once where the step becomes known %s its answer comes',
  async (order) => {
    const { query, waiting, pull } = held();
    pull('a', -1);
    if (order === 'before') pull('a', 40);
    waiting[0]!(40);
    await turn();
    expect(query.answer?.answer).toEqual({ step: 40 });
    if (order === 'after') pull('a', 40);
    await turn();
    expect(query.isWaiting).toBe(false);
    expect(waiting).toHaveLength(1);
    // Newer weights are asked again, and another question of the same ones is.
    pull('a', 50);
    await turn();
    expect(waiting.length).toBe(2);
    waiting[1]!(50);
    await turn();
    expect(query.isWaiting).toBe(false);
    pull('b', 50);
    await turn();
    expect(waiting.length).toBe(3);
  },
);

test.each([
  ['of other weights', 'a', 41, 'live'],
  ['of another engine', 'a', 40, 'none'],
  ['of another question', 'b', 40, 'live'],
] as const)('an answer %s is asked again', async (_, question, step, engine) => {
  const { waiting, pull } = held();
  pull('a', -1);
  pull(question, step, engine);
  waiting[0]!(40);
  await turn();
  expect(waiting.length).toBe(2);
});

test('a failure is not said any more once the answer before it is of the step that became known', async () => {
  const answers: (() => Promise<{ step: number }>)[] = [
    () => Promise.resolve({ step: 40 }),
    () => Promise.reject(new Error('the engine is busy')),
  ];
  const query = new Query((_: string) => answers.shift()!());
  const pull = (question: string, step: number): void =>
    query.pull(question, JSON.stringify([question, step]), { step, engine: 'live' });
  pull('a', -1);
  await turn();
  pull('b', -1);
  await turn();
  expect(query.trouble).toBe('the engine is busy');
  pull('a', 40);
  await turn();
  expect(query.trouble).toBe('');
  expect(query.answer?.answer).toEqual({ step: 40 });
});
