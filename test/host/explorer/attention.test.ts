import { expect, test } from 'vitest';
import { Attention } from '../../../src/host/explorer/attention';

test('a route waits for the page of its run, and is taken once', () => {
  const attention = new Attention();
  attention.show({ run: 'file:///a', tab: 'map' });
  expect(attention.take('file:///b')).toBeNull();
  expect(attention.take('file:///a')).toEqual({ run: 'file:///a', tab: 'map' });
  expect(attention.take('file:///a')).toBeNull();
});

test('says what is being done, also while two things are, and nothing after a failure', async () => {
  const attention = new Attention();
  let told = 0;
  attention.changed(() => told++);
  let endFirst: () => void = () => undefined;
  const first = attention.during('first', () => new Promise<void>((resolve) => (endFirst = resolve)));
  let failSecond: (error: Error) => void = () => undefined;
  const second = attention.during(
    'second',
    () => new Promise<void>((_resolve, reject) => (failSecond = reject)),
  );
  expect(attention.working).toBe('second');
  failSecond(new Error('no'));
  await expect(second).rejects.toThrow('no');
  expect(attention.working).toBe('first');
  endFirst();
  await first;
  expect([attention.working, told]).toEqual(['', 4]);
});

test('what is being done is said outside of the page, too, until it ends or fails', async () => {
  const said: string[] = [];
  const attention = new Attention((text, work) => {
    said.push(`${text} begins`);
    void work.then(() => said.push(`${text} ends`));
  });
  await expect(attention.during('work', () => Promise.reject(new Error('no')))).rejects.toThrow('no');
  expect(said).toEqual(['work begins', 'work ends']);
});
