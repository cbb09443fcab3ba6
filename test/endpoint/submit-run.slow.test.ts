/** How the editor submits runs to clusters: by a process that says what it sends, and waits for a person's answer. */
import { readdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { TargetFile } from '../../src/cluster/target-file';
import { submitArguments, submitRun } from '../../src/endpoint/submit-run';
import type { SentParts } from '../../src/protocol/schemas/submit-line';
import { readRemoteRun } from '../../src/runs/remote-run';
import { Cli } from '../cli/support';
import { FakeDashboard } from '../cluster/fake-dashboard';

const TOKEN = 'a9c1f0e2d3b4-secret';
let cli: Cli;
let dashboard: FakeDashboard;
beforeAll(async () => {
  cli = await Cli.build();
  process.env['XDG_CONFIG_HOME'] = cli.path('config');
  dashboard = await FakeDashboard.start(TOKEN);
  const { address } = dashboard;
  await new TargetFile().put({
    ...{ name: 'lab', kind: 'ray', address, cpus: 2, gpus: 0, pip: [], storage: null },
  });
});
afterAll(async () => {
  await dashboard.close();
  await cli.dispose();
});

test('nothing is sent before a person has agreed, and then what was said; the token is in the environment alone', async () => {
  const runFolder = cli.path('models', 'far');
  const args = submitArguments({
    ...{ on: 'lab', runFolder, data: 'digits:50', dataOnCluster: null, preset: 'fast', seed: 3 },
    ...{ labels: null, labelColumn: null, leaveOut: null, engine: 'onnx', threads: 1 },
    set: { 'training.precision': 'bfloat16' },
  });
  expect(args.join(' ')).not.toContain(TOKEN);
  const said: SentParts[] = [];
  const submit = (isAgreed: boolean): Promise<boolean> =>
    submitRun(
      args,
      dirname(cli.program),
      TOKEN,
      (parts) => {
        said.push(parts);
        expect([dashboard.packages.size, dashboard.jobs.size]).toEqual([0, 0]);
        return Promise.resolve(isAgreed);
      },
      new AbortController().signal,
    );
  expect(await submit(false)).toBe(false);
  expect([dashboard.packages.size, dashboard.jobs.size]).toEqual([0, 0]);
  expect(await readdir(cli.path('models'))).toEqual([]);
  expect(await submit(true)).toBe(true);
  const [engine] = [...dashboard.packages.values()];
  expect(said).toEqual([said[0], said[0]]);
  expect(said[0]).toMatchObject({
    ...{ target: 'lab', address: dashboard.address, images: { from: 'built-in' } },
    packages: [{ what: 'engine', bytes: engine!.length }],
  });
  expect(await readRemoteRun(runFolder)).toMatchObject({
    ...{ state: 'waiting', target: 'lab' },
    job: { seed: 3, engine: 'onnx', threads: 1, set: { 'training.precision': 'bfloat16' } },
  });
  const { request } = [...dashboard.jobs.values()][0]!;
  expect(request.entrypoint).toContain("'--set' 'training.precision=bfloat16'");
});
