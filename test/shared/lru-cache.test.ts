import { expect, test } from 'vitest';
import { LruCache } from '../../src/shared/lru-cache';

test('a bounded cache forgets what was used longest ago', () => {
  const cache = new LruCache<string>(10);
  for (const key of ['a', 'b', 'c']) cache.set(key, key, 3);
  expect(cache.get('a')).toBe('a');
  cache.set('d', 'd', 4);
  expect(['a', 'b', 'c', 'd'].map((key) => cache.get(key))).toEqual(['a', undefined, 'c', 'd']);
  cache.set('e', 'e', 50);
  expect(['a', 'c', 'd', 'e'].map((key) => cache.get(key))).toEqual([undefined, undefined, undefined, 'e']);
});
