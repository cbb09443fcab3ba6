import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { bundleFile, collect } from './in-host/results';
import type { InHostRun } from './in-host/results';
import type { Plan } from './in-host/plan';
import type { Sandbox } from './sandbox';
import { within } from './report';

/** Against tests that never end, in seconds: each of them has a watch of its own. */
const LIMIT = 1800;
/** Seconds that the download may take. */
const DOWNLOAD = 180;

/**
 * The program of a desktop VS Code: the one that VSCODE_EXECUTABLE names, or a download, which is tried only in CI.
 * @returns null, with the reason in `why`, where there is none
 */
export async function findDesktop(
  root: string,
): Promise<{ readonly path: string | null; readonly why: string }> {
  const { VSCODE_EXECUTABLE: named, CI, DISPLAY, WAYLAND_DISPLAY } = process.env;
  if (named) {
    await access(named);
    return { path: named, why: '' };
  }
  if (!CI) return { path: null, why: 'no desktop VS Code: VSCODE_EXECUTABLE names none' };
  if (process.platform === 'linux' && !DISPLAY && !WAYLAND_DISPLAY)
    return { path: null, why: 'no desktop VS Code: there is no display' };
  try {
    const cachePath = join(root, '.vscode-test');
    return {
      path: await within(downloadAndUnzipVSCode({ version: 'stable', cachePath }), DOWNLOAD),
      why: '',
    };
  } catch (error) {
    return { path: null, why: `no desktop VS Code: it could not be downloaded (${String(error)})` };
  }
}

/** Runs the tests in the extension host of desktop VS Code, with a profile of their own. */
export async function runInDesktop(
  vscodeExecutablePath: string,
  { root, sandbox, plan }: { root: string; sandbox: Sandbox; plan: Plan },
): Promise<InHostRun> {
  const workspace = await sandbox.workspace();
  const profile = sandbox.make('profile');
  return collect(root, plan, async () => {
    const code = await within(
      runTests({
        vscodeExecutablePath,
        extensionDevelopmentPath: root,
        extensionTestsPath: bundleFile(root),
        extensionTestsEnv: { ...sandbox.environment },
        launchArgs: [
          workspace,
          ...['--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
          ...['--user-data-dir', join(profile, 'user'), '--extensions-dir', join(profile, 'extensions')],
        ],
      }),
      LIMIT,
    );
    if (code !== 0) throw new Error(`VS Code ended with code ${code}`);
  });
}
