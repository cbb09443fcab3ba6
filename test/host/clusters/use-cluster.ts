import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, vi } from 'vitest';
import { TargetFile } from '../../../src/cluster/target-file';
import { FakeDashboard } from '../../cluster/fake-dashboard';
import * as editor from '../editor';
import { useFolder } from '../support';

/** The token of the cluster. */
export const TOKEN = 'a9c1f0e2d3b4-secret';

/** A cluster that is called `lab`, which takes `TOKEN`, and a trusted window on a folder that each test has for itself. */
interface Cluster {
  readonly folder: ReturnType<typeof useFolder>;
  readonly dashboard: FakeDashboard;
}

/**
 * Call it at the top of a file, before its own `beforeEach`. What the file set in the editor is forgotten after each test.
 * @param engine what the file mocks the folder of the engine with: `vi.mock` has to be called there
 */
export function useCluster(engine: { folder: string }): Cluster {
  const folder = useFolder();
  let dashboard: FakeDashboard;
  beforeEach(async () => {
    vi.stubEnv('HOME', folder.path());
    vi.stubEnv('XDG_CONFIG_HOME', join(folder.path(), 'config'));
    vi.stubEnv('XDG_CACHE_HOME', join(folder.path(), 'cache'));
    vi.stubEnv('RAY_AUTH_TOKEN', undefined);
    dashboard = await FakeDashboard.start(TOKEN);
    engine.folder = join(folder.path(), 'engine');
    await mkdir(engine.folder);
    await writeFile(join(engine.folder, 'vae.cjs'), 'engine');
    editor.workspace.isTrusted = true;
    editor.workspace.workspaceFolders = [{ uri: editor.Uri.file(folder.path()) }];
    Object.assign(editor.workspace, { getWorkspaceFolder: () => undefined });
    vi.mocked(editor.window.withProgress).mockImplementation(((
      _: unknown,
      work: (progress: unknown, token: unknown) => unknown,
    ) => work({}, { onCancellationRequested: () => ({ dispose: () => undefined }) })) as never);
    const target = { kind: 'ray', address: dashboard.address, gpus: 0, pip: [], storage: null } as const;
    await new TargetFile().put({ ...target, name: 'lab', cpus: 3, pip: [...target.pip] });
  });
  afterEach(async () => {
    editor.workspace.workspaceFolders = undefined;
    vi.unstubAllEnvs();
    vi.resetAllMocks();
    await dashboard.close();
  });
  return {
    folder,
    get dashboard() {
      return dashboard;
    },
  };
}
