/** What stands in for Node's modules where VS Code runs in a browser, compared with Node's own. */
import { createHash } from 'node:crypto';
import { posix } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Buffer as OwnBuffer, isUtf8 } from '../../src/web/node/buffer';
import { EventEmitter } from '../../src/web/node/events';
import * as path from '../../src/web/node/path';
import { Sha256 } from '../../src/web/node/sha256';
import * as url from '../../src/web/node/url';
import * as own from '../../src/web/node/zlib';

const pathText = fc
  .array(fc.constantFrom('', '.', '..', 'a', 'b.png', '.vae', 'c d', 'e.tar.gz', 'ü'), { maxLength: 6 })
  .map((parts) => parts.join('/'));

describe('paths', () => {
  test('are taken apart and put together as by Node', () => {
    fc.assert(
      fc.property(pathText, pathText, (a, b) => {
        expect(path.normalize(a)).toBe(posix.normalize(a));
        expect(path.join(a, b)).toBe(posix.join(a, b));
        expect(path.dirname(a)).toBe(posix.dirname(a));
        expect(path.basename(a)).toBe(posix.basename(a));
        expect(path.basename(a, '.png')).toBe(posix.basename(a, '.png'));
        expect(path.extname(a)).toBe(posix.extname(a));
        expect(path.resolve('/w', a, b)).toBe(posix.resolve('/w', a, b));
        expect(path.relative(`/${a}`, `/${b}`)).toBe(posix.relative(`/${a}`, `/${b}`));
        expect(path.isAbsolute(a)).toBe(posix.isAbsolute(a));
      }),
    );
  });

  test('become URLs of files and come back, whatever their characters', () => {
    const name = fc.string({
      unit: fc.constantFrom('a', ' ', '%', '?', '#', '\\', 'ü', '+', '&', "'"),
      minLength: 1,
    });
    fc.assert(
      fc.property(name, (text) => {
        const file = `/w/${text}`;
        expect(url.pathToFileURL(file).href).toBe(pathToFileURL(file).href);
        expect(url.fileURLToPath(url.pathToFileURL(file))).toBe(file);
        expect(url.fileURLToPath(pathToFileURL(file).href)).toBe(fileURLToPath(pathToFileURL(file)));
      }),
    );
  });

  test.each(['https://a/b', 'file://host/b', 'file:///a%2fb'])('the URL %s is no file', (text) => {
    expect(() => url.fileURLToPath(text)).toThrow(TypeError);
  });
});

test('SHA-256 is that of Node, in any pieces', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(300), (bytes, cut) => {
      const hash = new Sha256();
      hash.update(bytes.subarray(0, cut));
      hash.update(bytes.subarray(cut));
      expect(globalThis.Buffer.from(hash.digest()).toString('hex')).toBe(
        createHash('sha256').update(bytes).digest('hex'),
      );
    }),
  );
});

describe('bytes', () => {
  const encodings = ['utf8', 'latin1', 'hex', 'base64'] as const;

  test('are read and written as text as by Node', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 50 }), fc.string({ unit: 'grapheme' }), (bytes, text) => {
        for (const encoding of encodings) {
          const expected = globalThis.Buffer.from(bytes).toString(encoding);
          expect(OwnBuffer.from(bytes).toString(encoding)).toBe(expected);
          expect([...OwnBuffer.from(expected, encoding)]).toEqual([
            ...globalThis.Buffer.from(expected, encoding),
          ]);
        }
        expect([...OwnBuffer.from(text)]).toEqual([...globalThis.Buffer.from(text)]);
        expect(OwnBuffer.byteLength(text)).toBe(globalThis.Buffer.byteLength(text));
        expect(isUtf8(bytes)).toBe(
          globalThis.Buffer.from(bytes).equals(
            globalThis.Buffer.from(globalThis.Buffer.from(bytes).toString()),
          ),
        );
      }),
    );
  });

  const kinds = [
    'UInt8',
    'Int8',
    ...['UInt16', 'Int16', 'UInt32', 'Int32', 'Float', 'Double', 'BigUInt64', 'BigInt64'].flatMap((kind) => [
      `${kind}LE`,
      `${kind}BE`,
    ]),
  ];
  test.each(kinds)('hold numbers as %s, and refuse them beyond their end', (kind) => {
    type Methods = Record<string, (...args: unknown[]) => unknown>;
    const [here, there] = [OwnBuffer.alloc(12), globalThis.Buffer.alloc(12)] as unknown as [Methods, Methods];
    const value = kind.startsWith('Big') ? 77n : 77;
    expect(here[`write${kind}`]!(value, 3)).toBe(there[`write${kind}`]!(value, 3));
    expect([...(here as unknown as Uint8Array)]).toEqual([...(there as unknown as Uint8Array)]);
    expect(here[`read${kind}`]!(3)).toBe(there[`read${kind}`]!(3));
    expect(() => here[`read${kind}`]!(12)).toThrow(RangeError);
  });

  test('a part is a view that is read as text, too', () => {
    const whole = OwnBuffer.from('abcdef');
    const part = whole.subarray(1, 3);
    expect(part.toString()).toBe('bc');
    part[0] = 0x78;
    expect(whole.toString()).toBe('axcdef');
    expect(OwnBuffer.concat([part, OwnBuffer.from('!')]).toString()).toBe('xc!');
    expect(whole.indexOf('de')).toBe(3);
    expect(whole.equals(OwnBuffer.from('axcdef'))).toBe(true);
  });
});

describe('compressed data', () => {
  const text = globalThis.Buffer.from('latent '.repeat(5000));

  test('is inflated and deflated, and its sum is that of Node', () => {
    expect(own.inflateSync(zlib.deflateSync(text)).equals(OwnBuffer.from(text))).toBe(true);
    expect(own.inflateRawSync(zlib.deflateRawSync(text)).equals(OwnBuffer.from(text))).toBe(true);
    expect(own.gunzipSync(zlib.gzipSync(text)).equals(OwnBuffer.from(text))).toBe(true);
    expect(zlib.inflateSync(own.deflateSync(text, { level: 9 }))).toEqual(text);
    expect(own.crc32(text)).toBe(zlib.crc32(text));
    expect(own.crc32(text.subarray(7), own.crc32(text.subarray(0, 7)))).toBe(zlib.crc32(text));
  });

  test('that is larger than allowed, cut or broken is refused', () => {
    const packed = zlib.deflateSync(text);
    expect(() => own.inflateSync(packed, { maxOutputLength: 100 })).toThrow(RangeError);
    expect(own.inflateSync(packed, { maxOutputLength: text.length }).length).toBe(text.length);
    expect(() => own.inflateSync(packed.subarray(0, packed.length - 8))).toThrow(/unexpected end/);
    expect(() => own.inflateRawSync(globalThis.Buffer.from([7, 7, 7, 7]))).toThrow();
    const zipped = zlib.gzipSync(text);
    expect(
      own.gunzipSync(zipped.subarray(0, 40), { finishFlush: own.constants.Z_SYNC_FLUSH }).length,
    ).toBeGreaterThan(0);
  });

  test('comes piece by piece to whoever reads the stream, and so does an error', async () => {
    const read = async (bytes: Uint8Array): Promise<number> => {
      const stream = own.createGunzip();
      for (let at = 0; at < bytes.length; at += 20) stream.write(bytes.subarray(at, at + 20));
      stream.end();
      let length = 0;
      for await (const piece of stream) length += piece.length;
      return length;
    };
    const zipped = zlib.gzipSync(text);
    expect(await read(zipped)).toBe(text.length);
    await expect(read(zipped.subarray(0, 60))).rejects.toThrow();
  });
});

test('listeners are called in turn, once where that was asked, and no more after they have left', () => {
  const emitter = new EventEmitter();
  const heard: string[] = [];
  const always = (text: unknown): unknown => heard.push(`always ${String(text)}`);
  emitter.on('a', always).once('a', (text) => heard.push(`once ${String(text)}`));
  expect([emitter.emit('a', 1), emitter.emit('a', 2), emitter.listenerCount('a')]).toEqual([true, true, 1]);
  emitter.off('a', always);
  expect(emitter.emit('a', 3)).toBe(false);
  expect(heard).toEqual(['always 1', 'once 1', 'always 2']);
});
