import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, vi } from 'vitest';
import { runCli } from '../../src/cli/cli';
import { useFolder } from '../host/support';
import { FakeDashboard } from './fake-dashboard';

interface LabOptions {
  /** What the file mocks the folder of the engine with: `vi.mock` has to be called there. */
  readonly engine: { folder: string };
  /** What each run gets there. */
  readonly room: readonly string[];
  readonly token?: string;
  /** Files of the engine that are sent. */
  readonly files?: readonly string[];
}

/** A cluster that is called `lab`, known to a person whose folder each test has for itself. */
export interface Lab {
  readonly folder: ReturnType<typeof useFolder>;
  readonly dashboard: FakeDashboard;
  /** The command, in the folder. */
  readonly vae: (...argv: string[]) => Promise<{ code: number; out: string; err: string }>;
}

/** Runs the command in a folder, in this process. */
export async function vaeIn(cwd: string, argv: readonly string[]): ReturnType<Lab['vae']> {
  let [out, err] = ['', ''];
  const code = await runCli([...argv], {
    cwd,
    stdout: { write: (text) => ((out += text), true) },
    stderr: { write: (text) => ((err += text), true) },
  });
  return { code, out, err };
}

/** Call it at the top of a file: before each test a fake dashboard is started and added. */
export function useLab({ engine, room, token, files = ['vae.cjs'] }: LabOptions): Lab {
  const folder = useFolder();
  let dashboard: FakeDashboard;
  const vae: Lab['vae'] = (...argv) => vaeIn(folder.path(), argv);
  beforeEach(async () => {
    vi.stubEnv('XDG_CONFIG_HOME', join(folder.path(), 'config'));
    if (token !== undefined) vi.stubEnv('RAY_AUTH_TOKEN', token);
    dashboard = await FakeDashboard.start(token);
    engine.folder = join(folder.path(), 'engine');
    for (const name of files) {
      await mkdir(dirname(join(engine.folder, name)), { recursive: true });
      await writeFile(join(engine.folder, name), name);
    }
    expect((await vae('cluster', 'add', 'lab', dashboard.address, ...room)).code).toBe(0);
  });
  afterEach(async () => {
    vi.unstubAllEnvs();
    await dashboard.close();
  });
  return {
    folder,
    vae,
    get dashboard() {
      return dashboard;
    },
  };
}
