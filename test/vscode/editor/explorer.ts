import type { Frame, Locator } from 'playwright-core';
import { until } from '../waiting/until';
import type { Window } from './window';

const number = (text: string): number => Number(/[\d\s.,]*\d/.exec(text)?.[0].replace(/[^\d]/g, '') ?? NaN);

/** The explorer panel as a person sees it. */
export class Explorer {
  private constructor(readonly frame: Frame) {}

  static async of(window: Window): Promise<Explorer> {
    return new Explorer(await window.webview('main.page'));
  }

  /** Brings its tab to the front first. */
  static async show(window: Window): Promise<Explorer> {
    await window.page.locator('.tab', { hasText: /^VAE:/ }).first().click();
    return Explorer.of(window);
  }

  /** Brings a tab of the page to the front, as a click on it does. */
  async tab(name: 'train' | 'map' | 'dimensions' | 'directions' | 'samples'): Promise<Locator> {
    const tab = this.frame.locator(`#tab-${name}`);
    if ((await tab.getAttribute('aria-selected')) !== 'true') await tab.click();
    const stage = this.frame.locator(`#stage .tab-body.${name}`);
    await stage.waitFor();
    return stage;
  }

  /** Brings a pane of the inspector to the front. */
  async pane(name: 'Image' | 'Selection' | 'Here'): Promise<Locator> {
    const pane = this.frame.getByRole('tab', { name, exact: true });
    if ((await pane.getAttribute('aria-selected')) !== 'true') await pane.click();
    return this.frame.locator('#inspector .pane-body');
  }

  get state(): Promise<string> {
    return this.frame.locator('.state-label').innerText();
  }

  /** The newest bound in large figures, as text. */
  get bound(): Promise<string> {
    return this.frame.locator('.bound-value').innerText();
  }

  /** The image that the inspector shows. */
  get card(): Locator {
    return this.frame.locator('#inspector .card');
  }

  /** The images in the tray, the newest first. */
  get tray(): Locator {
    return this.frame.locator('#tray [role=option]');
  }

  /** Samples of the newest row, as the read-out under the chart says. */
  async samples(): Promise<number> {
    await this.tab('train');
    const [samples] = (await this.frame.locator('.read-out-place').innerText()).split('·');
    return number(samples!);
  }

  /** Resolves once the chart has a point. */
  async curve(): Promise<true> {
    const train = await this.tab('train');
    const chart = train.locator('.chart canvas').first();
    return until('the curve', () => chart.isVisible().then((visible) => visible || null));
  }

  /** Resolves to the samples of a row later than `before`. */
  later(before: number): Promise<number> {
    return until(`a row after ${before} samples`, async () => {
      const samples = await this.samples();
      return samples > before ? samples : null;
    });
  }

  /** Samples and step of the curve's first point, asked with the keyboard. */
  async firstPoint(): Promise<string> {
    await this.tab('train');
    const chart = this.frame.locator('.chart');
    await chart.focus();
    await chart.press('Home');
    const text = await this.frame.locator('.read-out-place').innerText();
    await chart.press('Escape');
    return text.split(':')[0]!;
  }

  /** Rows of the table under the chart, which is opened for it. */
  async tableRows(): Promise<number> {
    await this.tab('train');
    const table = this.frame.locator('section.curve details');
    if ((await table.getAttribute('open')) === null) await table.locator('summary').click();
    const rows = table.locator('tbody tr');
    await rows.first().waitFor();
    return rows.count();
  }

  /** A fingerprint of what is drawn on a canvas. */
  async drawing(selector = '.chart canvas'): Promise<string> {
    return this.frame
      .locator(selector)
      .first()
      .evaluate((canvas: { toDataURL(): string }) => canvas.toDataURL());
  }

  button(label: string): Locator {
    return this.frame.locator('vscode-button:not([disabled]):visible', { hasText: label }).first();
  }

  checkbox(label: string): Locator {
    return this.frame.locator('vscode-checkbox', { hasText: label }).first();
  }

  /** Resolves once the run is in this state, as the page calls it: `Training`, `Stopped`. */
  async reaches(state: string): Promise<void> {
    await until(`the state ${state}`, async () => (await this.state) === state);
  }
}
