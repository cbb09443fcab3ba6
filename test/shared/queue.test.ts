import { expect, test } from 'vitest';
import { Queue } from '../../src/shared/queue';

test('runs work one at a time, in the order of the calls', async () => {
  const queue = new Queue();
  const steps: string[] = [];
  const work = (name: string) => async (): Promise<string> => {
    steps.push(`${name} begins`);
    await Promise.resolve();
    steps.push(`${name} ends`);
    return name;
  };
  expect(await Promise.all([queue.run(work('a')), queue.run(work('b'))])).toEqual(['a', 'b']);
  expect(steps).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
});

test('work that fails is told to its caller alone', async () => {
  const queue = new Queue();
  const failed = queue.run(() => Promise.reject(new Error('broken')));
  const next = queue.run(() => 'next');
  await expect(failed).rejects.toThrow('broken');
  expect(await next).toBe('next');
});
