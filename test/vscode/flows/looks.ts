import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Explorer } from '../editor/explorer';
import { until } from '../waiting/until';
import type { Context, Story } from './context';
import { explorerOpens } from './shared-steps';

const THEMES = [
  ['dark', 'Default Dark Modern', 'vscode-dark'],
  ['light', 'Default Light Modern', 'vscode-light'],
  ['high-contrast', 'Default High Contrast', 'vscode-high-contrast'],
  ['high-contrast-light', 'Default High Contrast Light', 'vscode-high-contrast-light'],
] as const;

/** Pictures of the panel in each theme and in a narrow column, for people to look at. */
export const lookStory: Story = {
  name: 'looks: the panel in four themes, and in a narrow column',
  runs: ['pictures'],
  steps: [
    explorerOpens,
    ...THEMES.map(([name, theme, bodyClass]) => ({
      name: `theme ${name}: colours are read again`,
      async run({ window, workspace }: Context) {
        const explorer = await Explorer.show(window);
        const drawn = await explorer.drawing();
        await mkdir(join(workspace, '.vscode'), { recursive: true });
        const settings = { 'workbench.colorTheme': theme };
        await writeFile(join(workspace, '.vscode', 'settings.json'), JSON.stringify(settings));
        await explorer.frame.locator(`body.${bodyClass}`).waitFor();
        await until('another drawing', async () => (await explorer.drawing()) !== drawn);
        await explorer.frame.evaluate('scrollTo(0, 0)');
        await window.screenshot(`theme-${name}`);
      },
    })),
    {
      name: 'a panel 300 pixels wide needs no sideways scrolling',
      async run({ window }) {
        const { page } = window;
        const before = page.viewportSize()!;
        const explorer = await Explorer.show(window);
        const width = (): Promise<number> => explorer.frame.evaluate('innerWidth');
        await page.setViewportSize({ width: before.width - (await width()) + 300, height: before.height });
        await until('a narrow panel', async () => (await width()) <= 320);
        const overflow: number = await explorer.frame.evaluate(
          'document.documentElement.scrollWidth - innerWidth',
        );
        await explorer.frame.evaluate('scrollTo(0, 0)');
        await window.screenshot('narrow');
        assert(overflow <= 0, `the page is ${overflow} pixels wider than its ${await width()} pixels`);
        await page.setViewportSize(before);
      },
    },
  ],
};
