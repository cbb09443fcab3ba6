import { readFileSync } from 'node:fs';
import { describe, it } from 'vitest';
import type { Page } from 'playwright-core';
import { chromiumPath } from './browser.mjs';
import { openPage, usePages } from './pages';
import { eventually } from '../support/eventually';

const bundle = JSON.parse(
  readFileSync(new URL('../../l10n/bundle.l10n.json', import.meta.url), 'utf8'),
) as Record<string, string>;

const ACCENTS: Record<string, string> = {
  a: 'å',
  e: 'é',
  i: 'î',
  o: 'ö',
  u: 'ü',
  y: 'ÿ',
  n: 'ñ',
  c: 'ç',
  s: 'š',
  t: 'ţ',
};

/** A language that reads like English, is half as long again, and shows where a text begins and ends. */
function pseudo(text: string): string {
  const accented = text
    .split(/(\{\d+\})/)
    .map((part) =>
      part.startsWith('{') ? part : part.replace(/[aeiouyncst]/g, (letter) => ACCENTS[letter]!),
    )
    .join('');
  return `⟦${accented}${' ~~~'.repeat(Math.ceil(text.length / 10))}⟧`;
}
const texts = Object.fromEntries(Object.keys(bundle).map((text) => [text, pseudo(text)]));

/** Not for translators: what engine, dataset and host say, names of the field, and an attribute of the widgets' ring. */
const SAID_BY_OTHERS =
  /^(Loading|ELBO|PCA|UMAP( [12])?|PNG|GIF|JSON|npy|\d+ min)$|^digits <i>|\.png|^20250101-120000-digits$|^digits, |under Bernoulli|^tensorflow|^The bound was not finite|^Not a picture|^(slant|camera|age)$/;

/** What the page shows or says to a screen reader outside of translated texts. */
const untranslated = (page: Page): Promise<string[]> =>
  page.evaluate(`(() => {
    const found = new Set();
    const keep = (text) => {
      // From the inside out: a text may be a value in another.
      let rest = text ?? '';
      for (let before = ''; before !== rest; ) {
        before = rest;
        rest = rest.replace(/⟦[^⟦⟧]*⟧/g, '');
      }
      if (/[A-Za-z]{3}/.test(rest)) found.add(rest.trim());
    };
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_ELEMENT | NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      if (node instanceof Element)
        for (const name of ['aria-label', 'title', 'placeholder', 'aria-valuetext']) keep(node.getAttribute(name));
      else if (!/^(SCRIPT|STYLE)$/.test(node.parentElement.tagName)) keep(node.textContent);
    }
    return [...found];
  })()`);

describe.skipIf(chromiumPath === null)('a view in another language', () => {
  usePages();

  for (const scenario of ['training', 'empty', 'failed', 'cards', 'map'] as const)
    it(`${scenario}: no text of ours is left in English, and 320 pixels are enough for it`, async () => {
      const page = await openPage({ scenario, texts, width: 320 });
      await eventually(async () => (await page.locator('#app').innerText()).includes('⟦')).toBe(true);
      if (scenario === 'map') {
        await page.locator('.tabs select').selectOption('map');
        await page.locator('.map-fold').click();
        await page.locator('.map-legend li').first().waitFor();
      }
      if (scenario === 'cards') {
        await page.locator('.inspector-opener').click();
        await page.locator('.card').first().waitFor();
      }
      if (scenario === 'training') {
        await page.locator('.evaluation vscode-button:not([disabled])').click();
        await page.locator('.evaluation dt').first().waitFor();
      }
      await eventually(async () =>
        (await untranslated(page)).filter((text) => !SAID_BY_OTHERS.test(text)),
      ).toEqual([]);
      await eventually(() =>
        page.evaluate('document.documentElement.scrollWidth - innerWidth'),
      ).toBeLessThanOrEqual(0);
    });

  it('the interpolation, too', async () => {
    const page = await openPage({ view: 'interpolation', scenario: 'path', texts, width: 320 });
    await eventually(async () => (await page.locator('main').innerText()).includes('⟦')).toBe(true);
    await eventually(async () =>
      (await untranslated(page)).filter((text) => !SAID_BY_OTHERS.test(text)),
    ).toEqual([]);
  });
});
