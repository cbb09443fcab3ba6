import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FrameError, FrameReader, MAX_FRAME, encodeFrame } from '../../src/endpoint/frames';

const message = {
  id: 1,
  ok: {
    bytes: Uint8Array.from([1, 2, 3]),
    nested: [{ numbers: Float32Array.from([0.5, -1e30]) }, { doubles: Float64Array.from([Math.PI]) }],
    empty: new Int32Array(0),
    text: 'naïve 文字',
    nothing: null,
  },
};

test('typed arrays cross as they are, whatever the pieces the stream is cut into', () => {
  const stream = Buffer.concat([encodeFrame(message), encodeFrame({ id: 2 }), encodeFrame(message)]);
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1 }), (sizes) => {
      const reader = new FrameReader();
      const received: unknown[] = [];
      for (let at = 0, i = 0; at < stream.length; i++) {
        const size = sizes[i % sizes.length]!;
        received.push(...reader.push(stream.subarray(at, at + size)));
        at += size;
      }
      expect(received).toEqual([message, { id: 2 }, message]);
    }),
    { numRuns: 50 },
  );
});

test('a view of a larger buffer sends only itself', () => {
  const view = new Float32Array(Float32Array.from([1, 2, 3, 4]).buffer, 4, 2);
  const [received] = new FrameReader().push(encodeFrame({ view })) as [{ view: Float32Array }];
  expect(Array.from(received.view)).toEqual([2, 3]);
  expect(received.view.buffer.byteLength).toBe(8);
});

test.each([
  ['a length over the limit', Buffer.from('ffffffff00000000', 'hex')],
  ['a length under the frame’s own head', Buffer.from('0400000000000000', 'hex')],
  ['HTTP', Buffer.from('GET / HTTP/1.1\r\n\r\n')],
  ['a header past its frame', Buffer.from('0c000000ffff000041414141', 'hex')],
])('%s is refused at once', (_name, bytes) => {
  expect(() => new FrameReader().push(bytes)).toThrow(FrameError);
});

test('an array section outside its frame is refused', () => {
  const frame = encodeFrame({ a: { $array: 'Float32Array', offset: 0, length: 1e9 } });
  expect(() => new FrameReader().push(frame)).toThrow(FrameError);
});

test('a message over the limit is not sent', () => {
  expect(() => encodeFrame({ data: new Uint8Array(MAX_FRAME) })).toThrow(FrameError);
});
