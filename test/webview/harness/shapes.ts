import type { Bound, MetricRow } from '../../../src/domain/metrics';
import type { ImageCard, Pictures } from '../../../src/domain/pictures';

/** Data of the kind an engine sends, made by formulas: ring-like glyphs that two numbers bend. */
const SIDE = 28;

/** A repeatable number in [-1, 1) that looks random. */
export function wobble(n: number): number {
  const x = Math.sin(n * 127.1 + 311.7) * 43758.5453;
  return 2 * (x - Math.floor(x)) - 1;
}

/** Glyphs for points (a, b); `softness` blurs them as a decoder does. */
export function glyphs(
  points: readonly (readonly [number, number])[],
  channels: 1 | 3,
  softness: number,
): Pictures {
  const size = SIDE * SIDE * channels;
  const bytes = new Uint8Array(points.length * size);
  points.forEach(([a, b], n) => {
    for (let y = 0; y < SIDE; y++) {
      for (let x = 0; x < SIDE; x++) {
        const ink = glyph((x - 13.5) / 10, (y - 13.5) / 10, a, b, softness);
        for (let c = 0; c < channels; c++) {
          const tint = channels === 1 ? 1 : 0.55 + 0.45 * Math.cos(a + c * 2.1);
          bytes[n * size + (y * SIDE + x) * channels + c] = Math.round(255 * ink * tint);
        }
      }
    }
  });
  return { width: SIDE, height: SIDE, channels, count: points.length, bytes };
}

function glyph(x: number, y: number, a: number, b: number, softness: number): number {
  const tilted = x * Math.cos(0.4 * b) + y * Math.sin(0.4 * b);
  const upright = y * Math.cos(0.4 * b) - x * Math.sin(0.4 * b);
  const ring = Math.hypot(tilted / (0.55 + 0.2 * Math.tanh(a)), upright) - 0.85;
  const bar = upright - 0.5 * Math.tanh(a);
  const stroke = (distance: number): number => Math.exp(-((distance / (0.13 + softness)) ** 2));
  return Math.min(1, stroke(ring) + (Math.abs(tilted) < 0.5 ? stroke(bar) * (b > 0 ? 1 : 0.2) : 0));
}

/** The bound as it rises in training, with the noise of minibatches. */
export function boundAt(samples: number, noise: number): Bound {
  const gap = (1 + samples / 1500) ** -0.55;
  const kl = 25.4 * (1 - gap) + 0.3 * wobble(noise);
  const elbo = -99 - 452 * gap + 1.4 * wobble(noise + 0.5) * (1 - gap / 2);
  return { elbo, kl, reconstruction: elbo + kl };
}

/** Rows after step `from` up to `to`: training every `every` steps of 100 samples, validation every tenth of those. */
export function metricRows(from: number, to: number, every: number): MetricRow[] {
  const rows: MetricRow[] = [];
  for (let step = Math.floor(from / every) * every + every; step <= to; step += every) {
    const samples = step * 100;
    const seconds = step * 0.004;
    rows.push({ type: 'train', step, samples, seconds, ...boundAt(samples, step) });
    if ((step / every) % 10 !== 0) continue;
    const bound = boundAt(samples, 0);
    rows.push({
      type: 'validation',
      step,
      samples,
      seconds,
      epoch: Math.round(samples / 50_000),
      ...bound,
      elbo: bound.elbo - 1.1,
      reconstruction: bound.reconstruction - 1.1,
      klPerDimension: Array.from({ length: 20 }, (_, d) =>
        d % 7 === 5 ? 0.003 : (0.512 * bound.kl) / (d + 3),
      ),
    });
  }
  return rows;
}

export function imageCard(name: string, seed: number, latent: number, channels: 1 | 3 = 1): ImageCard {
  const point = [1.3 * wobble(seed), 1.5 * wobble(seed + 7)] as const;
  const activity = Float32Array.from(
    { length: latent },
    (_, d) => Math.max(0, wobble(seed + 3 * d) + 0.45) / 1.45,
  );
  const mean = activity.map((active, d) => 2.1 * active * wobble(seed * 5 + d));
  const standardDeviation = activity.map((active) => 1 - 0.9 * active);
  const klPerDimension = mean.map((m, d) => {
    const s = standardDeviation[d]!;
    return 0.5 * (m * m + s * s - 1 - 2 * Math.log(s));
  });
  const kl = klPerDimension.reduce((sum, value) => sum + value, 0);
  const reconstruction = -72 - 9 * wobble(seed + 2);
  return {
    uri: `file:///data/${encodeURIComponent(name)}`,
    name,
    original: glyphs([point], channels, 0),
    reconstructed: glyphs([point], channels, 0.07),
    mean,
    standardDeviation,
    klPerDimension,
    kl,
    reconstruction,
    elbo: reconstruction - kl,
    step: 4200,
  };
}
