import { expect, test } from 'vitest';
import type { Pictures } from '../../../src/domain/pictures';
import type { ExplorerClient } from '../../../webview/shared/run-session';
import { PictureStore } from '../../../webview/shared/picture-store';

const SIDE = 2;

/** Answers with a picture whose pixels are all the number in its id; requests wait until they are answered. */
function engine() {
  const requests: { readonly ids: readonly string[]; answer: () => void; fail: () => void }[] = [];
  const call = (_method: string, { ids }: { readonly ids: readonly string[] }): Promise<Pictures> =>
    new Promise((resolve, reject) => {
      const bytes = Uint8Array.from(ids.flatMap((id) => Array<number>(SIDE * SIDE).fill(Number(id))));
      requests.push({
        ids,
        answer: () => resolve({ width: SIDE, height: SIDE, channels: 1, count: ids.length, bytes }),
        fail: () => reject(new Error('the engine ended')),
      });
    });
  const store = new PictureStore({ call: call as unknown as ExplorerClient['call'] });
  return { store, requests };
}

const pixels = (picture: Pictures | undefined): number[] => [...(picture?.bytes ?? [])];

test('each picture is alone and is requested once, also while it is on its way', async () => {
  const { store, requests } = engine();
  const [first, second] = [store.fetch(['7', '8']), store.fetch(['8', '9', '9'])];
  expect(requests.map(({ ids }) => ids)).toEqual([['7', '8'], ['9']]);
  for (const request of requests) request.answer();
  expect([...(await first).keys()]).toEqual(['7', '8']);
  const got = await second;
  expect(pixels(got.get('8'))).toEqual([8, 8, 8, 8]);
  expect(pixels(got.get('9'))).toEqual([9, 9, 9, 9]);
  await store.fetch(['7', '8', '9']);
  expect(requests).toHaveLength(2);
  expect(pixels(store.get('7'))).toEqual([7, 7, 7, 7]);
});

test('many are requested in parts', async () => {
  const { store, requests } = engine();
  const ids = Array.from({ length: 450 }, (_, i) => String(i % 200) + (i < 200 ? '' : `.${i}`));
  const fetched = store.fetch(ids);
  expect(requests.map((request) => request.ids.length)).toEqual([200, 200, 50]);
  for (const request of requests) request.answer();
  expect((await fetched).size).toBe(450);
});

test('a failed request fails for all who wait for it, and the next one asks again', async () => {
  const { store, requests } = engine();
  const both = [store.fetch(['1']), store.fetch(['1', '2'])];
  requests[0]!.fail();
  requests[1]!.answer();
  for (const one of both) await expect(one).rejects.toThrow('the engine ended');
  const again = store.fetch(['1']);
  requests[2]!.answer();
  expect(pixels((await again).get('1'))).toEqual([1, 1, 1, 1]);
});

test('a picture of the run before does not come up under the same id of the next', async () => {
  const { store, requests } = engine();
  const old = store.fetch(['1']);
  store.clear();
  requests[0]!.answer();
  expect((await old).size).toBe(0);
  expect(store.get('1')).toBeUndefined();
  void store.fetch(['1']);
  expect(requests).toHaveLength(2);
});
