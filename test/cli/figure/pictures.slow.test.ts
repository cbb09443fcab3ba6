/** Chromium's drawing of the SVG is the reference for the PNG. */
import { chromium } from 'playwright-core';
import { expect, test } from 'vitest';
import { decodeImage } from '../../../src/images/codecs/decode';
import { figure2 } from '../../../src/cli/figure/figure2';
import type { FigurePanel } from '../../../src/cli/figure/figure2';
import { toSvg } from '../../../src/cli/figure/svg';
import { svgToPng } from '../../../src/cli/figure/svg-to-png';
import { chromiumPath } from '../../panel/browser.mjs';

const SAMPLES = Array.from({ length: 40 }, (_, i) => 50_000 * (i + 1));
const panels = ([3, 10, 200] as const).map((latent): FigurePanel => {
  const bounds = SAMPLES.map((samples) => -110 - 4e6 / (samples + 5e4) - latent / 20);
  return {
    latent,
    runs: (['aevb', 'wake-sleep'] as const).map((method, i) => ({
      method,
      validation: { samples: SAMPLES, bounds: bounds.map((bound) => bound - 5 * i) },
      training: { samples: SAMPLES, bounds: bounds.map((bound) => bound + 2 - 5 * i) },
      test: { samples: SAMPLES.at(-1)!, elbo: bounds.at(-1)! - 5 * i, standardError: 0.6 },
    })),
  };
});

test.skipIf(chromiumPath === null)(
  'a browser takes the SVG for XML, and draws what the PNG shows',
  async () => {
    const drawing = figure2(panels, 'Figure 2 on <images> & "others"');
    const browser = await chromium.launch({
      executablePath: chromiumPath!,
      args: ['--no-sandbox', '--disable-gpu'],
    });
    try {
      const size = { width: Math.ceil(drawing.width), height: Math.ceil(drawing.height) };
      const page = await browser.newPage({ viewport: size });
      const svg = toSvg(drawing);
      const parsed = await page.evaluate<{ errors: number; title: string }>(`(() => {
      const document = new DOMParser().parseFromString(${JSON.stringify(svg)}, 'image/svg+xml');
      return { errors: document.querySelectorAll('parsererror').length, title: document.querySelector('title').textContent };
    })()`);
      expect(parsed).toEqual({ errors: 0, title: drawing.title });
      // Without text: the browser has other fonts.
      const lines = { ...drawing, marks: drawing.marks.filter(({ kind }) => kind !== 'text') };
      await page.setContent(`<style>body { margin: 0 } svg { display: block }</style>${toSvg(lines)}`);
      const theirs = await decodeImage(await page.screenshot());
      const ours = await decodeImage(await svgToPng(toSvg(lines), 1));
      let [difference, ink] = [0, 0];
      for (let y = 0; y < ours.height; y++) {
        for (let x = 0; x < ours.width; x++) {
          for (let c = 0; c < 3; c++) {
            const mine = ours.data[(y * ours.width + x) * 4 + c]!;
            const other = theirs.data[(y * theirs.width + x) * 4 + c]!;
            difference += Math.abs(mine - other);
            ink += 255 - other;
          }
        }
      }
      // How a pixel's coverage is computed is all that may differ; one pixel's shift would be over 1.
      expect(ink / (3 * ours.width * ours.height)).toBeGreaterThan(1);
      expect(difference / ink).toBeLessThan(0.25);
    } finally {
      await browser.close();
    }
  },
);
