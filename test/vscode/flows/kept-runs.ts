import assert from 'node:assert/strict';
import { access, copyFile, readFile, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { Explorer } from '../editor/explorer';
import type { Window } from '../editor/window';
import { patience, until } from '../waiting/until';
import type { Story } from './context';

const ARCHIVE = 'run.vae.zip';

async function runNamed(workspace: string, end: string): Promise<string> {
  const runs = join(workspace, '.vae', 'runs');
  const names = await readdir(runs);
  return join(
    runs,
    names.find((name) => name.endsWith(end))!,
  );
}

/** Answers the question that the window asks in a box for text. */
async function answer(window: Window, title: string, text: string): Promise<void> {
  await (await typed(window, title, text)).press('Enter');
}

/** Types into the box of a question. @returns the box */
async function typed(window: Window, title: string, text: string): Promise<Locator> {
  const box = window.page.locator('.quick-input-widget', { hasText: title });
  await box.waitFor();
  const input = box.locator('input.input');
  await until(`'${text}' in the box`, async (attempt) => {
    await input.fill(text, { timeout: patience(attempt) });
    return (await input.inputValue()) === text;
  });
  return input;
}

/** Clicks a button of a dialog that asks for confirmation. */
async function confirm(window: Window, question: string, button: string): Promise<void> {
  const dialog = window.page.locator('.monaco-dialog-box', { hasText: question });
  await dialog.locator('.monaco-button', { hasText: button }).click();
}

/** Exports the run as a format, of which a page asks a question, into the run folder. @returns the path of its file once it is there */
async function exported(window: Window, run: string, format: string, file: string): Promise<string> {
  await window.contextMenu(line(window, 'My small pictures'), 'Export Run…');
  // The list draws no more rows than it has room for.
  await typed(window, 'VAE: Export Run', format);
  await window.pick(format);
  if (format === 'Web Page') {
    const kinds = await until('the question what the page holds', async () => {
      const labels = await window.pickLabels();
      return labels.length === 3 && labels;
    });
    assert.match(kinds[2]!, /No Images/);
    await window.pick('No Images');
  }
  await window.pick('Into the Run Folder');
  await until(`the notification of ${file}`, async () =>
    (await window.notifications()).some(
      (text) => text.includes('is exported as at step') && text.includes(file),
    ),
  );
  return join(run, 'export', file);
}

const line = (window: Window, text: string): Locator => window.runs.filter({ hasText: text }).first();

/** Texts of the lines of the tree, once there are this many. */
const lines = (window: Window, count: number): Promise<string[]> =>
  until(`${count} lines of the tree`, async () => {
    const texts = await window.runs.allInnerTexts();
    return texts.length === count && texts;
  });

export const keptRunsStory: Story = {
  name: 'kept runs: renamed, tagged, noted, sorted, filtered, exported, deleted and imported',
  runs: ['pictures', 'digits'],
  steps: [
    {
      name: 'kept runs: Rename Run… in the context menu, and the name is in the tree and in the panel',
      async run({ window, workspace }) {
        const run = await runNamed(workspace, '-pictures');
        const config = await readFile(join(run, 'config.json'), 'utf8');
        await window.command('VAE: Open Explorer');
        await window.showRuns();
        await window.contextMenu(line(window, 'pictures'), 'Rename Run…');
        await answer(window, 'VAE: Rename Run', 'My small pictures');
        await line(window, 'My small pictures').waitFor();
        const explorer = await Explorer.of(window);
        await explorer.frame.locator('h1', { hasText: 'My small pictures' }).first().waitFor();
        await window.page.locator('.tab', { hasText: 'VAE: My small pictures' }).waitFor();
        const after = await readFile(join(run, 'config.json'), 'utf8');
        assert.equal(after, config);
        await window.screenshot('renamed');
      },
    },
    {
      name: 'kept runs: the bound comes first in a line, and tags and the first line of notes are in it',
      async run({ window, workspace }) {
        await window.contextMenu(line(window, 'My small pictures'), 'Edit Tags of Run…');
        await answer(window, 'VAE: Edit Tags of', 'baseline, small model');
        await line(window, 'baseline, small model').waitFor();
        await window.contextMenu(line(window, 'My small pictures'), 'Edit Notes of Run');
        await window.page.locator('.tab.active', { hasText: 'notes.md' }).waitFor();
        const editor = window.page.locator('.editor-instance .monaco-editor').last();
        await until('the notes in the editor', async (attempt) => {
          await editor.locator('.view-lines').click({ timeout: patience(attempt) });
          await window.page.keyboard.press('ControlOrMeta+A');
          await window.page.keyboard.type('Sharper than the last one.');
          return (await editor.innerText()).replace(/\s/g, ' ').includes('Sharper than the last one.');
        });
        await window.page.keyboard.press('ControlOrMeta+S');
        const text = await until('the notes in the tree', async () => {
          const shown = (await line(window, 'My small pictures').innerText()).replace(/\s+/g, ' ');
          return shown.includes('Sharper than the last one.') && shown;
        });
        assert.match(
          text,
          /My small pictures ?●? ?−[\d.]+ nats · finished · .*baseline, small model · Sharper/,
        );
        const about = await readFile(join(await runNamed(workspace, '-pictures'), 'about.json'), 'utf8');
        assert.deepEqual(JSON.parse(about), {
          ...{ format: 'latent-explorer/about/1', name: 'My small pictures' },
          ...{ notes: 'Sharper than the last one.', tags: ['baseline', 'small model'] },
        });
        await window.screenshot('noted');
        return text;
      },
    },
    {
      name: 'kept runs: sorted, and filtered with a line that says what is hidden; both are there again after a reload',
      async run({ window }) {
        assert.match((await lines(window, 2))[0]!, /My small pictures/);
        await window.command('VAE: Sort Runs');
        await window.pick('By Name');
        await until('the order by name', async () => (await lines(window, 2))[0]!.includes('digits'));
        await window.command('VAE: Filter Runs by Text');
        await answer(window, 'VAE: Filter Runs by Text', 'baseline');
        await line(window, '1 run is hidden').waitFor();
        assert.match((await lines(window, 2)).join(), /1 run is hidden[^]*baseline[^]*My small pictures/);
        await window.screenshot('filtered');
        await window.reload();
        await window.showRuns();
        await line(window, '1 run is hidden').waitFor();
        assert.match((await lines(window, 2)).join(), /My small pictures/);
        await until('the filter to be cleared', async (attempt) => {
          // A click may clear it after its line was looked at.
          const hidden = line(window, '1 run is hidden');
          if (await hidden.isVisible()) await hidden.click({ timeout: patience(attempt) });
          return !(await hidden.isVisible());
        });
        await until('the other run', async () => /digits/.test((await lines(window, 2))[0]!));
      },
    },
    {
      name: 'kept runs: Export Run… writes the files and says where they are',
      async run({ window, workspace }) {
        const run = await runNamed(workspace, '-pictures');
        // The text over one line covers the next one, until the mouse leaves.
        const over = window.page.locator('.workbench-hover', { hasText: 'stopped at a checkpoint' });
        await until('the text over the line', async (attempt) => {
          await window.page.mouse.move(0, 0);
          await line(window, 'digits').hover({ position: { x: 20, y: 10 } });
          return await over.waitFor({ timeout: patience(attempt) }).then(() => true);
        });
        await window.contextMenu(line(window, 'My small pictures'), 'Export Run…');
        await window.pick('ONNX');
        await window.pick('Into the Run Folder');
        const said = await until('the notification', async () =>
          (await window.notifications()).find((text) => text.includes('is exported as at step')),
        );
        for (const name of ['encoder.onnx', 'decoder.onnx']) await access(join(run, 'export', name));
        await window.screenshot('exported');
        return said;
      },
    },
    {
      name: 'kept runs: Export Run… asks what a page holds, and packs a whole run',
      async run({ window, workspace }) {
        const run = await runNamed(workspace, '-pictures');
        const page = await readFile(await exported(window, run, 'Web Page', 'explorer.html'), 'utf8');
        assert.match(page, /^<!doctype html>/i);
        assert.equal(page.includes('{{data}}'), false);
        await window.screenshot('page-exported');
        await copyFile(await exported(window, run, 'Whole Run', ARCHIVE), join(workspace, ARCHIVE));
        return `${(page.length / 1e6).toFixed(1)} MB of page`;
      },
    },
    {
      name: 'kept runs: one whose folder is deleted by hand is said once, and the window shows the other',
      async run({ window, workspace }) {
        await window.showRuns();
        await line(window, 'My small pictures').click();
        await rm(await runNamed(workspace, '-pictures'), { recursive: true });
        const gone = 'the folder of the run My small pictures is gone';
        await until('that it is said', async () =>
          (await window.notifications()).some((text) => text.includes(gone)),
        );
        await lines(window, 1);
        await window.page.locator('.tab', { hasText: /VAE: .*digits/ }).waitFor();
        const said = (await window.notifications()).filter((text) => text.includes(gone));
        assert.equal(said.length, 1, said.join());
      },
    },
    {
      name: 'kept runs: Delete Run… asks, once more where there is no trash, and says what became of the run',
      async run({ window, workspace }) {
        const run = await runNamed(workspace, '-digits');
        await window.contextMenu(line(window, 'digits'), 'Delete Run…');
        await confirm(window, 'Delete the run', 'Delete');
        // The server has no trash.
        await confirm(window, 'cannot be moved to the trash', 'Delete Permanently');
        await until('the folder to be gone', () =>
          access(run).then(
            () => false,
            () => true,
          ),
        );
        await until('that it is said', async () =>
          (await window.notifications()).some((text) => text.includes('was deleted permanently')),
        );
        assert.equal(
          (await window.notifications()).some((text) => text.includes('digits is gone')),
          false,
        );
      },
    },
    {
      name: 'kept runs: Import Run… of the file explorer brings back the run that was packed',
      async run({ window, workspace }) {
        await window.contextMenu(await window.file(ARCHIVE), 'VAE', 'Import Run…');
        await until('that it is said', async () =>
          (await window.notifications()).some((text) =>
            /My small pictures is imported as at step [\d,]+/.test(text),
          ),
        );
        await window.showRuns();
        await line(window, 'My small pictures').waitFor();
        // The tab of the run that was deleted by hand may be there, too.
        await window.page.locator('.tab.active', { hasText: 'VAE: My small pictures' }).waitFor();
        const run = await runNamed(workspace, '-pictures');
        await access(join(run, 'config.json'));
        // What belongs to the machine has not come along.
        assert.equal((await readdir(run)).includes('export'), false);
        await window.screenshot('imported');
      },
    },
  ],
};
