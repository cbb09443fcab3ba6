import { expect, test } from 'vitest';
import { Queues } from '../../src/shared/queues';

test('work of one key follows the work before, failed or not; that of another key does not wait', async () => {
  const queues = new Queues();
  const order: string[] = [];
  let endFirst: (error: Error) => void = () => undefined;
  const first = queues.run('a', () => new Promise<void>((_resolve, reject) => (endFirst = reject)));
  const second = queues.run('a', () => Promise.resolve(order.push('second')));
  await queues.run('b', () => Promise.resolve(order.push('other')));
  expect(order).toEqual(['other']);
  endFirst(new Error('failed'));
  await expect(first).rejects.toThrow('failed');
  await second;
  expect(order).toEqual(['other', 'second']);
  expect(await queues.run('a', () => Promise.resolve(7))).toBe(7);
});
