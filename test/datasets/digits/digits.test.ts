import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shapeGlyph, UNIFORMS_FOR_SHAPE } from '../../../src/datasets/digits/digit-shape';
import { WAYS } from '../../../src/datasets/digits/digit-strokes';
import { digitFactors, digitImage } from '../../../src/datasets/digits/digits';
import { loadDataset } from '../../../src/datasets/load';

const load = (count: number, seed = 0) => loadDataset({ kind: 'digits', count, seed });

describe('the built-in digits', () => {
  it('are ten equal classes, white on black, the same for the same seed', async () => {
    const dataset = await load(200);
    expect(dataset).toMatchObject({
      name: 'digits',
      count: 200,
      shape: { width: 28, height: 28, channels: 1 },
    });
    expect(dataset.id(123)).toBe('digits#123');
    for (let digit = 0; digit < 10; digit++) {
      expect(dataset.labels!.values.filter((value) => value === digit)).toHaveLength(20);
    }
    expect((await load(200)).fingerprint).toBe(dataset.fingerprint);
    expect((await load(200, 1)).fingerprint).not.toBe(dataset.fingerprint);
  });

  it('are drawn alike on every platform', async () => {
    // Made of + - * / and square roots only; recorded on Linux x64 with Node 20.
    expect((await load(1000)).fingerprint).toBe(
      '01bad4dd70101e8008c0052b7cb2a79121cca184e9a6cd93df526962ef0f03fc',
    );
  });

  it('do not depend on how many there are', async () => {
    const [few, many] = [await load(20), await load(40)];
    expect(many.images.resident!.subarray(0, few.images.resident!.length)).toEqual(few.images.resident!);
    expect(digitImage(0, 7)).toEqual(few.images.resident!.slice(7 * 784, 8 * 784));
  });

  it('are centred by mass up to their offset', () => {
    for (let i = 0; i < 1000; i++) {
      const image = digitImage(5, i);
      const factors = digitFactors(5, i);
      let [mass, x, y] = [0, 0, 0];
      image.forEach((grey, k) => {
        const [column, row] = [k % 28, Math.floor(k / 28)];
        mass += grey;
        x += grey * (column + 0.5);
        y += grey * (row + 0.5);
      });
      expect(Math.max(...image), `ink of ${i}`).toBeGreaterThan(150);
      // Ink that is drawn twice counts twice, and wide digits with an offset are kept inside the image.
      expect(Math.abs(x / mass - 14 - factors.x), `centre of ${i}`).toBeLessThan(2);
      expect(Math.abs(y / mass - 14 - factors.y), `centre of ${i}`).toBeLessThan(2);
    }
  });

  it('keep all their ink inside the image', () => {
    const uniform = fc.double({ min: 0, max: 1, noNaN: true });
    const glyphs = fc.constantFrom(...WAYS.flat());
    const wobble = fc.array(uniform, { minLength: UNIFORMS_FOR_SHAPE, maxLength: UNIFORMS_FOR_SHAPE });
    fc.assert(
      fc.property(glyphs, fc.nat(1e6), wobble, (glyph, index, uniforms) => {
        const strokes = shapeGlyph(glyph, digitFactors(3, index), Float64Array.from(uniforms), 28);
        for (const { x, y, radius } of strokes.flat()) {
          expect(Math.min(x, y) - radius).toBeGreaterThan(0.6);
          expect(Math.max(x, y) + radius).toBeLessThan(27.4);
        }
      }),
    );
  });

  it('show their factors: ink grows with thickness, and the upper half leans with the slant', () => {
    const ink: number[] = [];
    const lean: number[] = [];
    const [thickness, slant]: [number[], number[]] = [[], []];
    for (let i = 1; i < 4000; i += 10) {
      const image = digitImage(2, i);
      const factors = digitFactors(2, i);
      ink.push(image.reduce((a, b) => a + b));
      lean.push(meanColumn(image, 0, 12) - meanColumn(image, 16, 28));
      thickness.push(factors.thickness);
      slant.push(factors.slant);
    }
    expect(correlation(thickness, ink)).toBeGreaterThan(0.7);
    expect(correlation(slant, lean)).toBeGreaterThan(0.7);
  });

  it('have random numbers enough for the longest way to write one', () => {
    const limit = Math.max(...WAYS.flat().map((glyph) => glyph.flat().length));
    expect(UNIFORMS_FOR_SHAPE).toBeGreaterThanOrEqual(14 + 2 * limit);
  });

  it('come in other shapes, with progress and cancellation', async () => {
    const source = { kind: 'digits', count: 30, seed: 0 } as const;
    expect((await loadDataset(source, { width: 8, channels: 3 })).images.resident).toHaveLength(
      30 * 8 * 8 * 3,
    );
    const squares = { sides: [32, 64], usual: 64 };
    const shape = { width: 32, height: 32, channels: 1 };
    expect(await loadDataset(source, { squares })).toMatchObject({ shape });
    expect(await loadDataset(source, { squares, width: 8 })).toMatchObject({
      shape: { width: 8, height: 8 },
    });
    const progress: number[] = [];
    await loadDataset({ ...source, count: 1200 }, { onProgress: (done) => progress.push(done) });
    expect(progress).toEqual([0, 500, 1000, 1200]);
    await expect(loadDataset(source, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

function meanColumn(image: Uint8Array, fromRow: number, toRow: number): number {
  let [mass, x] = [0, 0];
  for (let k = fromRow * 28; k < toRow * 28; k++) {
    mass += image[k]!;
    x += image[k]! * (k % 28);
  }
  return x / Math.max(mass, 1);
}

function correlation(a: readonly number[], b: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((x, y) => x + y) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  const dot = (f: (i: number) => number) => a.reduce((sum, _, i) => sum + f(i), 0);
  const covariance = dot((i) => (a[i]! - meanA) * (b[i]! - meanB));
  return covariance / Math.sqrt(dot((i) => (a[i]! - meanA) ** 2) * dot((i) => (b[i]! - meanB) ** 2));
}
