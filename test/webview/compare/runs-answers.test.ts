import { expect, it } from 'vitest';
import { RpcError } from '../../../src/protocol/rpc';
import { RunsAnswers } from '../../../webview/compare/runs-answers';

/** Runs that answer when they are told to. */
function runs() {
  const waiting: { uri: string; resolve: (answer: string) => void; reject: (error: Error) => void }[] = [];
  const ask = (uri: string): Promise<string> =>
    new Promise((resolve, reject) => waiting.push({ uri, resolve, reject }));
  return { answers: new RunsAnswers<string>(), ask, waiting };
}

it('shows each answer as it comes; an older one stays until the new one is there', async () => {
  const { answers, ask, waiting } = runs();
  answers.ask(['a', 'b'], ask);
  waiting[1]!.resolve('b1');
  await expect.poll(() => answers.of('b')).toBe('b1');
  expect(answers.of('a')).toBeUndefined();
  answers.ask(['a', 'b'], ask);
  expect(answers.of('b')).toBe('b1');
  waiting[3]!.resolve('b2');
  await expect.poll(() => answers.of('b')).toBe('b2');
  answers.clear();
  expect(answers.of('b')).toBeUndefined();
});

it('drops answers and failures of an earlier question', async () => {
  const { answers, ask, waiting } = runs();
  answers.ask(['a', 'b'], ask);
  answers.ask(['a', 'b'], ask);
  waiting[2]!.resolve('new');
  waiting[3]!.resolve('new');
  await expect.poll(() => [answers.of('a'), answers.of('b')]).toEqual(['new', 'new']);
  waiting[0]!.resolve('old');
  waiting[1]!.reject(new Error('old'));
  await new Promise((resolve) => setTimeout(resolve));
  expect([answers.of('a'), answers.of('b')]).toEqual(['new', 'new']);
  expect(answers.trouble('b')).toBe('');
});

it('puts the failure of one run in its place until it is asked again; a superseded call is none', async () => {
  const { answers, ask, waiting } = runs();
  answers.ask(['a', 'b'], ask);
  waiting[0]!.resolve('a1');
  waiting[1]!.reject(new RpcError('superseded', 'a newer call'));
  await expect.poll(() => answers.of('a')).toBe('a1');
  answers.ask(['a', 'b'], ask);
  waiting[2]!.reject(new Error('no checkpoint'));
  await expect.poll(() => answers.trouble('a')).toBe('no checkpoint');
  expect(answers.of('a')).toBeUndefined();
  expect(answers.trouble('b')).toBe('');
  answers.ask(['a', 'b'], ask);
  expect(answers.trouble('a')).toBe('');
});
