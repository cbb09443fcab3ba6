import { collectEvidence } from '../evidence';
import { openWindow } from '../editor/open';
import type { Opened } from '../editor/open';
import type { Editor, Place } from '../place';
import { Sandbox } from '../sandbox';
import { rowsIn } from '../waiting/rows';
import { timeIn, timeOfTree } from '../waiting/processes';
import { LOOK, STILL, StillError, Watch } from '../waiting/watch';
import type { Story } from './context';

/** Against a test that moves for ever, in seconds: no machine is so slow. */
const LIMIT = 45 * 60;

/** Runs a story in a sandbox, a server, a browser and a window of its own. */
export async function runStory(story: Story, editor: Editor, place: Place): Promise<void> {
  const { report, trained, root } = place;
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  const notes: string[] = [];
  const folder = place.evidence(story.name);
  const { trusted = true, installed = false, inBrowser = false } = story;
  const sandbox = await Sandbox.create(installed);
  const watch = new Watch(STILL, LOOK, LIMIT);
  let opened: Opened | undefined;
  try {
    const workspace = await sandbox.workspace();
    // Runs that the workspace begins with may have to be trained first, elsewhere.
    const training = timeOfTree('processor time of a run to begin with', () => trained.pid, 0.5);
    watch.add(rowsIn(workspace), timeIn(sandbox.folder, 0.5), training);
    const work = async (): Promise<void> => {
      for (const kind of story.runs ?? []) await trained.give(kind, workspace);
      const restarted = (why: string): void => report.editorRestarted(why);
      const wanted = { trusted, installed, inBrowser, workspace, folder, root, restarted };
      opened = await openWindow(wanted, editor, sandbox, watch);
      const context = { root, sandbox, workspace, window: opened.window };
      for (const step of story.steps) {
        const begun = performance.now();
        notes.push(`- ${step.name}`);
        const note = (await step.run(context)) ?? '';
        const took = `${((performance.now() - begun) / 1000).toFixed(1)} s`;
        notes[notes.length - 1] = `- ${step.name} (${took})${note && `: ${note}`}`;
      }
    };
    await watch.run(work);
    report.passed(story.name, seconds(), notes);
  } catch (error) {
    const took = seconds();
    const standing = await collectEvidence(folder, sandbox, opened?.window);
    await opened?.close();
    const doing = error instanceof StillError ? await watch.lastWord() : '';
    report.failed(story.name, took, `${said(error)}\n${doing}`, [...notes, ...standing]);
  } finally {
    await opened?.close();
    await sandbox.dispose();
  }
}

const said = (error: unknown): string =>
  error instanceof Error ? (error.stack ?? error.message) : String(error);
