import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { setUpJax } from '../../../src/host/engines/set-up-jax';
import * as editor from '../editor';
import { useFolder } from '../support';
import { windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
const folder = useFolder().path;
beforeEach(() => {
  vi.resetAllMocks();
  vi.mocked(editor.window.withProgress).mockImplementation(((
    _: unknown,
    work: (progress: unknown, token: unknown) => unknown,
  ) =>
    work(
      { report: () => undefined },
      { onCancellationRequested: () => ({ dispose: () => undefined }) },
    )) as never);
});

/** A window whose `vae` is a script that says how it was called. */
async function withProgram() {
  const engine = join(folder(), 'dist', 'engine');
  await mkdir(engine, { recursive: true });
  await writeFile(
    join(engine, 'vae.cjs'),
    `const args = process.argv.slice(2).join(' ');
     console.log(JSON.stringify({ type: 'ready', jax: '0.10.2', device: args, wasThere: false }));`,
  );
  const { host } = windowWith([]);
  return { ...host, context: { ...host.context, extensionPath: folder() } };
}

test('JAX is set up by vae, for graphics cards where that is chosen', async () => {
  const host = await withProgram();
  const cards = { jax: '0.10.2', device: 'setup --jax --cuda --json', wasThere: false };
  expect(await setUpJax(host, { cuda: true })).toEqual(cards);
  await expect(setUpJax(host, { cuda: 'yes' })).rejects.toThrow(/cuda/);
  const isAsked = process.platform === 'linux';
  editor.window.showQuickPick.mockImplementationOnce((items) => Promise.resolve((items as unknown[])[1]));
  expect((await setUpJax(host))?.device).toBe(isAsked ? cards.device : 'setup --jax --json');
  expect(String(editor.window.showInformationMessage.mock.calls.at(-1)![0])).toMatch(
    /JAX 0\.10\.2 is set up, on .*setting vae\.engine is jax/,
  );
  // Dismissed.
  if (isAsked) expect(await setUpJax(host)).toBeUndefined();
});
