import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HopelessError, until } from '../waiting/until';

export interface ServerOptions {
  readonly node: string;
  readonly serverMain: string;
  /** For profile and logs. */
  readonly folder: string;
  readonly environment: NodeJS.ProcessEnv;
  /** Whether new workspaces are trusted, as in a VS Code without workspace trust. */
  readonly trusted: boolean;
}

/** Nothing that distracts from what is tested, and nothing that asks the network. */
const SETTINGS = {
  'workbench.startupEditor': 'none',
  'workbench.tips.enabled': false,
  'workbench.welcomePage.walkthroughs.openOnInstall': false,
  'security.workspace.trust.startupPrompt': 'never',
  'security.workspace.trust.banner': 'never',
  'extensions.autoUpdate': false,
  'extensions.autoCheckUpdates': false,
  'extensions.ignoreRecommendations': true,
  'telemetry.telemetryLevel': 'off',
  'workbench.enableExperiments': false,
  'chat.disableAIFeatures': true,
  'workbench.secondarySideBar.defaultVisibility': 'hidden',
  'git.enabled': false,
  // An editor that opens would take back the selection of two files: a test is quicker than its opening, a person is not.
  'explorer.autoReveal': false,
};

/** Settings of the machine that a server has apart: a core is left to the window, or everything waits for the training. */
const MACHINE_SETTINGS = { 'vae.threads': 1 };

const userFolder = (profile: string): string => join(profile, 'user');

/** Arguments of the server that say where its settings and extensions are. */
export const extensionFolders = (profile: string): string[] => [
  ...['--user-data-dir', userFolder(profile), '--server-data-dir', join(profile, 'server')],
  ...['--extensions-dir', join(profile, 'extensions')],
];

/** A VS Code server on this machine's own address. Its windows are pages of a browser. */
export class Server {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  static async start(options: ServerOptions): Promise<Server> {
    const { folder } = options;
    const user = userFolder(folder);
    for (const [name, settings] of Object.entries({ User: SETTINGS, Machine: MACHINE_SETTINGS })) {
      await mkdir(join(user, name), { recursive: true });
      await writeFile(join(user, name, 'settings.json'), JSON.stringify(settings));
    }
    const logFile = join(folder, 'server.log');
    const log = openSync(logFile, 'w');
    const args = [
      options.serverMain,
      ...['--accept-server-license-terms', '--without-connection-token', '--disable-telemetry'],
      ...['--host', '127.0.0.1', '--port', '0', '--enable-smoke-test-driver'],
      ...(options.trusted ? ['--disable-workspace-trust'] : []),
      ...extensionFolders(folder),
    ];
    // A group of its own, so that its extension hosts end with it; engines lead groups of theirs.
    const child = spawn(options.node, args, {
      stdio: ['ignore', log, log],
      env: options.environment,
      detached: true,
    });
    closeSync(log);
    // Whatever ends the tests, the server ends with them.
    process.once('exit', () => end(child));
    try {
      const port = await until('the VS Code server to listen', async () => {
        const text = await readFile(logFile, 'utf8');
        if (child.exitCode !== null)
          throw new HopelessError(`it ended with code ${child.exitCode}: ${text.slice(-1000)}`);
        return /^Extension host agent listening on (\d+)/m.exec(text)?.[1];
      });
      return new Server(child, Number(port));
    } catch (error) {
      end(child);
      throw error;
    }
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  /** The address of a window on `workspace`, with the extension under `extension`; null for those that are installed. */
  url(workspace: string, extension: string | null, tests?: string): string {
    const remote = (path: string): string => `vscode-remote://127.0.0.1:${this.port}${path}`;
    const payload = [
      ...(extension === null ? [] : [['extensionDevelopmentPath', remote(extension)]]),
      ['skipWelcome', 'true'],
      ...(tests === undefined ? [] : [['extensionTestsPath', remote(tests)]]),
    ];
    const query = new URLSearchParams({ folder: workspace, payload: JSON.stringify(payload) });
    return `http://127.0.0.1:${this.port}/?${query.toString().replaceAll('+', '%20')}`;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = new Promise((resolve) => this.child.once('exit', resolve));
    end(this.child);
    await ended;
  }
}

function end(child: ChildProcess): void {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  try {
    process.kill(-child.pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
