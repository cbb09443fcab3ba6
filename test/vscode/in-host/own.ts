import { readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as vscode from 'vscode';
import { copyRun } from '../copy-run';
import { workspaceFolder } from './commands';
import { PLAN_FILE } from './plan';
import type { Plan } from './plan';

/** What each workspace of the tests has from the start. */
const FROM_THE_START = ['pictures', 'samples', '.vae'];

export const plan = async (): Promise<Plan> =>
  JSON.parse(await readFile(join(__dirname, PLAN_FILE), 'utf8')) as Plan;

let made = 0;

/** Runs of one test; no other has seen them. */
export class Own {
  /** Finished, on the workspace's pictures, with 5 latent dimensions. */
  finished(): Promise<string> {
    return this.copy('pictures');
  }

  /** Stopped, on built-in digits, with 20 latent dimensions. */
  stopped(): Promise<string> {
    return this.copy('digits');
  }

  /** Ends and removes all that the test has left. */
  async leave(): Promise<void> {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    const runs = join(workspaceFolder(), '.vae', 'runs');
    for (const name of await readdir(runs).catch(() => [])) {
      const run = join(runs, name);
      await settled(vscode.commands.executeCommand('vae.stop', { run }));
      await settled(vscode.commands.executeCommand('vae.deleteRun', { run, confirmed: true }));
      await rm(run, { recursive: true, force: true });
    }
    for (const name of await readdir(workspaceFolder()))
      if (!FROM_THE_START.includes(name)) await rm(join(workspaceFolder(), name), { recursive: true });
  }

  private async copy(kind: 'pictures' | 'digits'): Promise<string> {
    const name = `20260101-${String(++made).padStart(6, '0')}-${kind}`;
    return copyRun((await plan())[kind], workspaceFolder(), name);
  }
}

/** A run that is not trained is not stopped, and a file is no run. */
const settled = (command: Thenable<unknown>): Promise<void> =>
  Promise.resolve(command).then(
    () => undefined,
    () => undefined,
  );
