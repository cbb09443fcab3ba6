/** AVIF and JPEG XL where they are broken, or lie about their size; what they show is in pictures.test.ts. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeImage, readImageHeader } from '../../../src/images/codecs/decode';
import { readAsset } from '../../../src/images/codecs/asset-file';
import { withMemoryLimit } from '../../../src/images/codecs/wasm-memory';

const picture = (name: string) => readFileSync(join(__dirname, '../../fixtures/pictures', name));

describe.each(['rgb.avif', 'rgba.avif', 'rgb.jxl', 'rgb-lossy.jxl'])('%s', (name) => {
  it('that is cut is refused, and the next file is read', async () => {
    const whole = picture(name);
    for (const share of [0.1, 0.5, 0.95]) {
      const cut = whole.subarray(0, Math.floor(share * whole.length));
      await expect(decodeImage(cut)).rejects.toMatchObject({ name: 'DataError' });
    }
    expect((await decodeImage(whole)).width).toBe(21);
  });

  it('is not read by the rules 1', async () => {
    await expect(decodeImage(picture(name), 1)).rejects.toThrow(/^not a PNG/);
  });
});

it('an AVIF that declares another size than it has, or a huge one, is refused', async () => {
  const at = picture('rgb.avif').indexOf('ispe') + 8;
  const declared = (width: number, height: number) => {
    const copy = Buffer.from(picture('rgb.avif'));
    copy.writeUInt32BE(width, at);
    copy.writeUInt32BE(height, at + 4);
    return copy;
  };
  await expect(decodeImage(declared(8, 8))).rejects.toThrow(/broken AVIF/);
  expect(() => readImageHeader(declared(30_000, 30_000))).toThrow(
    'too large: 30000 × 30000, limit 40 megapixels',
  );
});

it.each(['@jsquash/avif/codec/dec/avif_dec.wasm', '@jsquash/jxl/codec/dec/jxl_dec.wasm'])(
  'the memory of %s is limited',
  async (file) => {
    const bytes = await readAsset(file);
    const limited = withMemoryLimit(bytes, 64 * 2 ** 20);
    expect(limited).toHaveLength(bytes.length);
    expect(Buffer.compare(limited, bytes)).not.toBe(0);
    await WebAssembly.compile(limited);
    expect(() => withMemoryLimit(bytes, 1000)).toThrow('cannot be limited to 1000 bytes');
    expect(() => withMemoryLimit(new Uint8Array(20), 1e8)).toThrow('cannot be limited');
  },
);
