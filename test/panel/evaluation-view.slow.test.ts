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
    await section.locator('vscode-button:not([disabled])', { hasText: 'Evaluate' }).click();
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
    await eventually(() => section.locator('vscode-button', { hasText: 'Cancel' }).count()).toBe(0);
    await eventually(() => section.locator('.section-head').textContent()).toContain('of step 24,000');
    // The result stays with its step, though the model is trained on.
    await page.evaluate('harness.host.advance(50)');
    await section.getByText('it is at step 24,050 now').waitFor();
    await page.locator('#tab-samples').click();
    await eventually(() => section.count()).toBe(0);
    await page.locator('#tab-train').click();
    await eventually(() => section.locator('.section-head').textContent()).toContain('of step 24,000');
  });

  test('begun from the menu on another tab, its result comes into view; it can be cancelled and says what is true', async () => {
    const page = await openPage({ scenario: 'training', width: 700, height: 500 });
    await page.locator('.chart canvas').waitFor();
    await page.locator('#tab-samples').click();
    await page.evaluate('harness.host.evaluationWaits = true');
    await page.getByLabel('More actions').click();
    await page.getByRole('menuitem', { name: 'Evaluate', exact: true }).click();
    const section = page.locator('.evaluation');
    await section.getByText('Evaluating; training is paused…').waitFor();
    const isInView = async (): Promise<boolean> => {
      const box = (await section.locator('.section-head').boundingBox())!;
      return box.y > 0 && box.y + box.height < 500;
    };
    await eventually(isInView).toBe(true);
    await section.locator('vscode-button:not([disabled])', { hasText: 'Cancel' }).click();
    await section.getByText('Not evaluated yet. Training pauses').waitFor();
    await eventually(() => page.locator('.messages .notice').count()).toBe(0);
  });

  test('nothing is said of training where there is none', async () => {
    const page = await openPage({ scenario: 'finished' });
    await page.locator('#tab-train').click();
    const section = page.locator('.evaluation');
    await section.getByText('Not evaluated yet.', { exact: true }).waitFor();
    await page.evaluate('harness.host.evaluationWaits = true');
    await section.locator('vscode-button:not([disabled])', { hasText: 'Evaluate' }).click();
    await section.getByText('Evaluating the test images…').waitFor();
  });
});
