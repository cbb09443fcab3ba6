import { expect, test, vi } from 'vitest';
import type { Session } from '../../../src/engine/engine';
import { LateSession } from '../../../src/engine-process/jobs/late-session';

const image = Uint8Array.of(1);

function opened() {
  const posterior = { mean: Float32Array.of(1), logVariance: Float32Array.of(2) };
  const dispose = vi.fn();
  const session: Session = {
    load: vi.fn(),
    read: vi.fn(),
    train: vi.fn(),
    encode: (images) => Promise.resolve({ ...posterior, mean: Float32Array.from(images) }),
    decode: (z) => Promise.resolve(z),
    evaluate: vi.fn(),
    drawsNoise: () => Promise.resolve(true),
    importance: vi.fn(),
    tensorCount: () => 3,
    dispose,
  };
  return { session, dispose };
}

test('nothing is opened before the first call, and once for all of them', async () => {
  const { session, dispose } = opened();
  const open = vi.fn(() => Promise.resolve(session));
  const late = new LateSession(open);
  expect(late.tensorCount()).toBe(0);
  expect(open).not.toHaveBeenCalled();
  const [{ mean }, decoded, draws] = await Promise.all([
    late.encode(image, 1),
    late.decode(Float32Array.of(5), 1),
    late.drawsNoise(),
  ]);
  expect([mean[0], decoded[0], draws]).toEqual([1, 5, true]);
  expect(open).toHaveBeenCalledTimes(1);
  expect(late.tensorCount()).toBe(3);
  late.dispose();
  expect(dispose).toHaveBeenCalledTimes(1);
});

test('who waits for one that cannot be opened is told why; the next call tries again', async () => {
  const open = vi
    .fn<() => Promise<Session>>()
    .mockRejectedValueOnce(new Error('no library'))
    .mockResolvedValueOnce(opened().session);
  const late = new LateSession(open);
  const both = [late.encode(image, 1), late.drawsNoise()];
  for (const each of both) await expect(each).rejects.toThrow('no library');
  expect((await late.encode(image, 1)).logVariance[0]).toBe(2);
  expect(open).toHaveBeenCalledTimes(2);
});

test('what is still being opened when all ends is ended as well', async () => {
  const { session, dispose } = opened();
  const opening = deferred<Session>();
  const late = new LateSession(() => opening.promise);
  const asked = late.drawsNoise();
  late.dispose();
  expect(dispose).not.toHaveBeenCalled();
  opening.resolve(session);
  await asked;
  expect(dispose).toHaveBeenCalledTimes(1);
});

function deferred<T>() {
  let resolve!: (value: T) => void;
  const promise = new Promise<T>((done) => (resolve = done));
  return { promise, resolve };
}
