import assert from 'node:assert/strict';
import { basename } from 'node:path';
import { Explorer } from '../editor/explorer';
import { unseen } from '../editor/in-view';
import { noteWaitingLines, waitingLines } from '../editor/waiting-lines';
import { has, webviewFrames } from '../editor/webviews';
import type { Window } from '../editor/window';
import { becomes, until } from '../waiting/until';
import type { Context, Step, Story } from './context';
import { trainDigits } from './shared-steps';

/**
 * A wait of more than 0.3 s says what it waits for. A result that is still missing so many ms after its command was such a
 * wait on any machine: the line is due long before.
 */
const LONG_WAIT = 1500;

/** Where the result of a command is: all of these are in view at once, in the page of this webview. */
interface Result {
  readonly page: string;
  readonly parts: readonly string[];
}

const inExplorer = (...parts: string[]): Result => ({ page: 'main.page', parts });
const cardOf = (image: string): string => `#inspector .card:has(h3:text-is("${image}"))`;
const imageCard = (image: string): Result =>
  inExplorer(`${cardOf(image)} h3`, `${cardOf(image)} .card-pictures`);

/** Why a person does not see all of the result; null if it is seen. */
async function missing(window: Window, { page, parts }: Result): Promise<string | null> {
  let why = `there is no page with ${page}`;
  for (const frame of webviewFrames(window.page)) {
    if (!(await has(frame, page))) continue;
    why = '';
    for (const part of parts) why ||= (await unseen(frame, part)) ?? '';
    if (why === '') return null;
  }
  return why;
}

/**
 * Gives a command and sees its result come into view, without any further action. If that takes long, what is waited for was
 * said before.
 * @param command resolves when its last answer is given
 */
async function endsInView(window: Window, command: () => Promise<void>, result: Result): Promise<string> {
  const before = await missing(window, result);
  assert(before !== null, 'its result is in view before the command is given');
  await command();
  const given = Date.now();
  let absent = given;
  const course: { readonly why: string; readonly at: number }[] = [];
  await until('the result in view', async () => {
    const asked = Date.now();
    const why = await missing(window, result);
    if (why === null) return true;
    absent = asked;
    if (course.at(-1)?.why !== why) course.push({ why, at: asked });
    throw new Error(why);
  });
  const took = Date.now() - given;
  const lines = (await waitingLines(window.page, given)).filter(({ at }) => at <= given + took);
  if (absent - given > LONG_WAIT)
    assert(
      lines.length > 0,
      `the result came after ${took} ms, and nothing said what was waited for: ${course.map(({ why, at }) => `${why} after ${at - given} ms`).join('; ')}`,
    );
  const said = lines.map(({ text, at }) => `'${text.replace(/\s+/g, ' ')}' after ${at - given} ms`);
  return [`in view after ${took} ms`, ...said].join('; ');
}

/** Gives a command by the menu of files in the file explorer. A click alone would open one over the panel. */
async function byMenu({ window }: Context, files: readonly string[], command: string): Promise<void> {
  const rows = [];
  for (const file of files) rows.push(await window.file(file));
  if (rows.length > 1) {
    await window.page.locator('.explorer-folders-view .monaco-list').focus();
    await window.page.keyboard.press('Escape');
    for (const row of rows) {
      await row.click({ modifiers: ['ControlOrMeta'] });
      await becomes(() => row.getAttribute('aria-selected'), 'true');
    }
  }
  await window.contextMenu(rows.at(-1)!, 'VAE', command);
}

const samples = (...digits: number[]): string[] => digits.map((digit) => `samples/${digit}.png`);

/** The page of the explorer goes with its editor. */
async function explorerIsGone({ page }: Window): Promise<void> {
  await until('the explorer to be gone', async () => {
    const frames = await Promise.all(webviewFrames(page).map((frame) => has(frame, 'main.page')));
    return !frames.includes(true);
  });
}

function encodes(name: string, digits: readonly number[], before: (context: Context) => Promise<void>): Step {
  return {
    name: `routing: Encode, ${name}`,
    async run(context) {
      await before(context);
      const files = samples(...digits);
      // The first of them in the order of the files.
      const told = await endsInView(
        context.window,
        () => byMenu(context, files, 'Encode'),
        imageCard(basename(files[0]!)),
      );
      await context.window.screenshot(`encode-${name}`);
      return told;
    },
  };
}

/** Every command ends with its result in view. */
export const routingStory: Story = {
  name: 'routing: every command ends with its result in view, wherever the window is, and a long wait says what it waits for',
  runs: ['pictures'],
  steps: [
    encodes('one image, with the panel closed and no engine', [3], async ({ window }) => {
      await noteWaitingLines(window.page);
      await explorerIsGone(window);
    }),
    encodes(
      'five images, with the panel on another tab and another pane',
      [4, 5, 6, 7, 8],
      async ({ window }) => {
        const explorer = await Explorer.show(window);
        await explorer.tab('samples');
        await explorer.pane('Here');
      },
    ),
    encodes('one image, with the panel behind another editor', [1], async ({ window }) => {
      await window.command('Help: Welcome');
      await explorerIsGone(window);
    }),
    encodes('one image, with the panel closed again', [2], async ({ window }) => {
      await window.command('View: Close All Editors');
      await explorerIsGone(window);
    }),
    {
      name: 'routing: Interpolate, with the side view out of sight',
      async run(context) {
        const { window } = context;
        const result = {
          page: 'main.interpolation:has(.waypoint-name:text-is("9.png"))',
          parts: ['.picture.big', '.slide input[type=range]'],
        };
        const told = await endsInView(window, () => byMenu(context, samples(0, 9), 'Interpolate'), result);
        await window.screenshot('interpolate');
        return told;
      },
    },
    {
      name: 'routing: Make Direction, with the panel behind another editor',
      async run({ window }) {
        await window.command('Help: Welcome');
        await explorerIsGone(window);
        await window.command('VAE: Make Direction');
        await window.pick('1');
        await window.page
          .locator('.quick-input-list .monaco-list-row', { hasText: 'All other images' })
          .waitFor();
        await window.pick('0');
        const box = window.page.locator('.quick-input-widget', { hasText: 'Name of the direction' });
        await box.waitFor();
        await box.locator('input.input').fill('rounder');
        const told = await endsInView(
          window,
          () => window.page.keyboard.press('Enter'),
          directionNamed('rounder'),
        );
        await window.screenshot('make-direction');
        return told;
      },
    },
    {
      name: 'routing: Analogy, with the panel on another tab',
      async run(context) {
        const { window } = context;
        await (await Explorer.show(window)).tab('map');
        const result = inExplorer('.analogy-strip');
        const told = await endsInView(window, () => byMenu(context, samples(2, 4, 6), 'Analogy…'), result);
        await window.screenshot('analogy');
        return told;
      },
    },
    {
      name: 'routing: Apply Direction, with the panel scrolled to something else',
      async run({ window }) {
        await window.command('VAE: Apply Direction');
        const told = await endsInView(window, () => window.pick('rounder'), directionNamed('rounder'));
        await window.screenshot('apply-direction');
        return told;
      },
    },
    {
      name: 'routing: Show on Map, with the panel on another tab',
      async run(context) {
        const { window } = context;
        await window.command('View: Show Explorer');
        const explorer = await Explorer.show(window);
        await explorer.tab('train');
        await explorer.pane('Selection');
        const result = inExplorer('.map-stage', ...imageCard('13.png').parts);
        const told = await endsInView(
          window,
          () => byMenu(context, ['pictures/3/13.png'], 'Show on Map'),
          result,
        );
        await window.screenshot('show-on-map');
        return told;
      },
    },
    {
      name: 'routing: Evaluate, from another tab',
      async run({ window }) {
        const explorer = await Explorer.show(window);
        await explorer.tab('map');
        const { frame } = explorer;
        await frame.getByLabel('More actions').click();
        const entry = frame.getByRole('menuitem', { name: 'Evaluate', exact: true });
        await entry.waitFor();
        const told = await endsInView(
          window,
          () => entry.click(),
          inExplorer('section.evaluation .measures'),
        );
        await window.screenshot('evaluate');
        return told;
      },
    },
    {
      name: 'routing: Train, with the panel on another tab',
      async run({ window }) {
        const explorer = await Explorer.show(window);
        await explorer.tab('samples');
        const result = {
          page: 'main.page:has(.run-name:has-text("digits"))',
          parts: ['.run-name', '.chart .u-wrap'],
        };
        const told = await endsInView(window, async () => void (await trainDigits(window)), result);
        const { frame } = await Explorer.of(window);
        await becomes(() => frame.locator('#stage').evaluate(scrolled), 0);
        await window.screenshot('train');
        return told;
      },
    },
    {
      name: 'routing: Compare Runs, with another editor in front',
      async run({ window }) {
        await window.command('VAE: Stop');
        await window.command('Help: Welcome');
        await window.command('VAE: Compare Runs');
        const picks = window.page.locator('.quick-input-list .monaco-list-row');
        await picks.nth(1).waitFor();
        for (const i of [0, 1]) await picks.nth(i).click();
        const result = {
          page: 'main.compare:has(.compare-legend tbody tr:nth-child(2))',
          parts: ['.compare-legend', '.compare-curves .u-wrap'],
        };
        const told = await endsInView(window, () => window.page.keyboard.press('Enter'), result);
        await window.screenshot('compare');
        return told;
      },
    },
  ],
};

const directionNamed = (name: string): Result =>
  inExplorer(`.direction-body h3:text-is("${name}")`, '.direction-body .picture.big');

const scrolled = (element: { readonly scrollTop: number }): number => element.scrollTop;
