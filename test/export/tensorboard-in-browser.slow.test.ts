/** The projector's files of `--format tensorboard` in Chromium, shown by TensorBoard itself. */
import { once as emitted } from 'node:events';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { tensorboardFiles } from '../../src/export/tensorboard/tensorboard';
import { decodeImage } from '../../src/images/codecs/decode';
import { readLatents } from '../../src/runs/latents';
import { useFolder } from '../host/support';
import { chromiumPath, useBrowser } from '../panel/browser.mjs';
import { eventually } from '../support/eventually';
import { hasPackages, startPython } from '../support/python';
import { PAGE_MODELS, WORK, pageRun } from './page-run';
import { writeExported } from './support';

const folder = useFolder();
/** Milliseconds; the projector draws all the time, so no wait for it can see that nothing moves. */
const LONG = 300_000;
const SIZE = { width: 1000, height: 700 };

/** TensorBoard with the projector alone, and without TensorFlow, which takes seconds to load. It ends with its standard input. */
const SERVER = `
import logging, sys, types
sys.modules['tensorboard.compat.notf'] = types.ModuleType('notf')
from tensorboard import program
from tensorboard.plugins.core import core_plugin
from tensorboard.plugins.projector import projector_plugin
board = program.TensorBoard(plugins=[core_plugin.CorePluginLoader(), projector_plugin.ProjectorPlugin])
board.configure(argv=[None, '--logdir', sys.argv[1], '--host', '127.0.0.1', '--port', '0', '--reload_interval', '0', '--load_fast', 'false'])
logging.getLogger('tensorboard').setLevel(logging.ERROR)
print(board.launch(), flush=True)
sys.stdin.read()
`;

describe.skipIf(chromiumPath === null || !hasPackages('tensorboard'))('TensorBoard, in Chromium', () => {
  test('shows a point with its thumbnail and its words for each image', async () => {
    const run = await pageRun(join(folder.path(), 'run'), PAGE_MODELS.perceptron);
    await writeExported(folder.path(), await tensorboardFiles(run, WORK));
    const { ids } = (await readLatents(run.folder))!;
    const server = startPython(folder.path(), SERVER, join(folder.path(), 'tensorboard'));
    const ended = emitted(server, 'close');
    const { browser, end } = await useBrowser();
    const context = await browser.newContext({ viewport: SIZE });
    context.setDefaultTimeout(LONG);
    try {
      const [line] = (await Promise.race([
        emitted(server.stdout!, 'data'),
        ended.then(() => Promise.reject(new Error('TensorBoard ended at its start'))),
      ])) as [Buffer];
      const address = line.toString().trim();
      const page = await context.newPage();
      const errors: string[] = [];
      page.on('pageerror', ({ message }) => errors.push(message));
      await context.route('**/*', (route) =>
        route.request().url().startsWith(address) ? route.continue() : route.abort(),
      );
      await page.goto(`${address}#projector`);
      const projector = page.frameLocator('iframe').frameLocator('iframe');
      const shows = (text: string | RegExp) => projector.getByText(text).waitFor();
      await shows(`Points: ${ids.length}`);
      await shows('Dimension: 3');
      // Digits are drawn on black squares; without a sprite, points are blue dots.
      await eventually(async () => {
        const { data } = await decodeImage(await page.screenshot());
        let black = 0;
        for (let i = 0; i < data.length; i += 4) if (data[i]! + data[i + 1]! + data[i + 2]! < 30) black++;
        return black;
      }).toBeGreaterThan(5000);
      await projector.getByRole('textbox', { name: 'Search', exact: true }).fill(ids.at(-1)!);
      await shows(/^\s*1 match/);
      expect(errors).toEqual([]);
    } finally {
      await context.close();
      await end();
      server.stdin!.end();
      await ended;
    }
  });
});
