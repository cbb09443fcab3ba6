import { describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually';
import { chromiumPath } from './browser.mjs';
import { openPage, usePages } from './pages';

describe.skipIf(chromiumPath === null)('the evaluation in the explorer panel, in Chromium', () => {
  usePages();

  test('numbers come when they are asked for, each with its meaning and all with their conditions', async () => {
    const page = await openPage({ scenario: 'training' });
    const section = page.locator('.evaluation');
    await section.getByText('Not evaluated yet').waitFor();
    await eventually(() => section.locator('dt').count()).toBe(0);
    await section.locator('vscode-button', { hasText: 'Evaluate…' }).click();
    await section.locator('dt').first().waitFor();
    await eventually(() => section.locator('dt').allTextContents()).toEqual([
      'ELBO',
      'Reconstruction',
      'KL',
      'L with k = 500',
      'Active units',
    ]);
    await eventually(() => section.locator('dd').first().textContent()).toContain(
      '−104.31 ± 1.12 lower bound',
    );
    await eventually(() => section.textContent()).toContain(
      'grey values under Bernoulli: not a log-likelihood',
    );
    const calls: { method: string; params: unknown }[] = await page.evaluate('harness.host.calls');
    expect(calls).toEqual([{ method: 'evaluate', params: { split: 'test', importance: 500, limit: 500 } }]);
    await eventually(() => section.locator('vscode-button', { hasText: 'Cancel' }).isVisible()).toBe(false);
  });
});
