/** The tests in the real VS Code: in its extension host, and in its windows. `run.mjs` bundles this and calls `main`. */
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { ensureEditor } from '../../src/setup/editor.mjs';
import { findDesktop, runInDesktop } from './desktop';
import { slug } from './evidence';
import type { Story } from './flows/context';
import { stories } from './flows/flows';
import { runStory } from './flows/run-story';
import { runInServer } from './in-host/in-server';
import { IN_HOST } from './in-host/names';
import type { InHostName } from './in-host/names';
import { reportInHost } from './in-host/report';
import { parseOptions } from './options';
import type { Editor, Place } from './place';
import { Report } from './report';
import { Sandbox } from './sandbox';
import { shuffled } from './seed';
import { Trained } from './trained';

declare const __projectRoot: string;
const root = __projectRoot;

/** Tests side by side. A window that is waited for leaves a core to another one; on a single core the two only wait longer. */
const AT_ONCE = Math.min(2, availableParallelism());

/** @param args `[--seed N] [PATTERN]` @returns the exit code */
export async function main(args: readonly string[]): Promise<number> {
  const { seed, only } = parseOptions(args);
  const evidence = (name: string): string => join(root, 'out', 'vscode', slug(name));
  const report = new Report(seed, evidence);
  const trained = new Trained(root);
  const place = { root, seed, report, trained, evidence };
  process.stdout.write(`seed: ${seed}\n`);
  const interrupted = (): void => void Sandbox.disposeAll().finally(() => process.exit(130));
  // Each server ends with this process.
  process.setMaxListeners(0);
  process.once('SIGINT', interrupted).once('SIGTERM', interrupted);
  try {
    const inHost = shuffled(IN_HOST, seed, String).filter((name) => only.test(name));
    const wanted = shuffled(stories, seed, ({ name }) => name).filter(({ name, steps }) =>
      [name, ...steps.map((step) => step.name)].some((each) => only.test(each)),
    );
    const editor = await ensureEditor();
    const tasks = [
      ...(inHost.length > 0 ? [await hostTask(inHost, editor, place)] : []),
      ...wanted.map(storyTask(editor, place)),
    ];
    await Promise.all(
      Array.from({ length: AT_ONCE }, async () => {
        for (let task = tasks.shift(); task; task = tasks.shift()) await task();
      }),
    );
  } finally {
    await trained.dispose();
    await Sandbox.disposeAll();
    await report.write(join(root, 'out', 'vscode-tests.json'));
  }
  return report.counts.failed > 0 ? 1 : 0;
}

type Found = Editor | { readonly missing: string };
type Task = () => Promise<void>;

const storyTask =
  (editor: Found, place: Place) =>
  (story: Story): Task =>
  async () => {
    if (story.skipped !== undefined) place.report.skipped([story.name], story.skipped);
    else if ('missing' in editor) place.report.skipped([story.name], editor.missing);
    else await runStory(story, editor, place);
  };

/** All tests in the extension host, in one window. */
async function hostTask(names: readonly InHostName[], editor: Found, place: Place): Promise<Task> {
  const { report, trained } = place;
  const desktop = await findDesktop(root);
  if (desktop.path === null && 'missing' in editor)
    return () => Promise.resolve(report.skipped(names, `${desktop.why}; ${editor.missing}`));
  return async () => {
    const sandbox = await Sandbox.create();
    try {
      const plan = {
        names,
        pictures: await trained.template('pictures5'),
        digits: await trained.template('digits'),
      };
      const where = { root, sandbox, plan };
      const run =
        desktop.path !== null ? runInDesktop(desktop.path, where) : runInServer(editor as Editor, where);
      const results = await run;
      report.title(`in the extension host of ${desktop.path ?? 'the VS Code server'}`);
      reportInHost(report, names, results);
    } finally {
      await sandbox.dispose();
    }
  };
}
