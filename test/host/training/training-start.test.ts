import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { EngineConnection } from '../../../src/host/engines/engine-connection';
import { Engines } from '../../../src/host/engines/engines';
import { TrainingStart } from '../../../src/host/training/training-start';
import type { TrainRequest } from '../../../src/runs/config';
import { MetricsWriter } from '../../../src/runs/metrics-writer';
import type { MetricLine } from '../../../src/runs/metrics';
import { reportingEngine, until, useFolder } from '../support';

const folder = useFolder();
const REQUEST: TrainRequest = {
  source: { kind: 'digits', count: 10, seed: 0 },
  preset: 'fast',
  seed: 0,
  set: {},
};

const ended = (state: 'finished' | 'failed', message = ''): MetricLine => ({
  ...{ type: 'ended', state, step: 1, message },
});

async function record(...lines: MetricLine[]): Promise<void> {
  const writer = await MetricsWriter.open(folder.path());
  await writer.append(lines);
  await writer.close();
}

describe('a training that was started', () => {
  async function preparing() {
    const engine = await reportingEngine(folder.path());
    engine.report({ state: 'preparing', message: 'reading images 3 / 10' });
    const connection = new EngineConnection(folder.path());
    const start = await TrainingStart.of(connection);
    await connection.connect();
    return { engine, connection, start };
  }

  it('is prepared when it begins', async () => {
    const { engine, start } = await preparing();
    const prepared = start.prepared();
    engine.report({ state: 'training', message: '' });
    await prepared;
    await engine.endpoint.close();
  });

  it('fails with the engine’s own words when the dataset is no good', async () => {
    const { engine, start } = await preparing();
    const rejected = expect(start.prepared()).rejects.toThrow('no images in photos');
    engine.report({ state: 'failed', message: 'no images in photos' });
    await rejected;
    await engine.endpoint.close();
  });

  it('fails with the end of the log when the process dies', async () => {
    const { engine, start } = await preparing();
    await writeFile(join(folder.path(), 'log.txt'), 'Illegal instruction\n');
    const rejected = expect(start.prepared()).rejects.toThrow(/ended while it prepared.*Illegal instruction/);
    await engine.endpoint.close();
    await rejected;
  });

  it('has begun where it came to its end before anybody saw it begin', async () => {
    const { engine, start } = await preparing();
    const prepared = start.prepared();
    // The last that is heard of it is that it prepares.
    await record(ended('finished'));
    await engine.endpoint.close();
    await prepared;
  });

  it('has begun where its engine is gone when one asks', async () => {
    const { engine, connection, start } = await preparing();
    await record(ended('finished'));
    await engine.endpoint.close();
    await until(() => !connection.connected);
    await start.prepared();
  });

  it('has failed where the engine wrote why, and is gone when one asks', async () => {
    const { engine, connection, start } = await preparing();
    await record(ended('failed', 'no images in photos'));
    await engine.endpoint.close();
    await until(() => !connection.connected);
    await expect(start.prepared()).rejects.toThrow('no images in photos');
  });

  it('is not taken for a training of before', async () => {
    await record(ended('finished'));
    const { engine, connection, start } = await preparing();
    await engine.endpoint.close();
    await until(() => !connection.connected);
    await expect(start.prepared()).rejects.toThrow(/ended while it prepared/);
  });

  it('is waited for while its engine is too busy to say how it stands', async () => {
    const engine = await reportingEngine(folder.path());
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    const connection = new EngineConnection(folder.path());
    const start = await TrainingStart.of(connection);
    void connection.connect();
    await until(() => connection.connected);
    expect(connection.status).toBeNull();
    const prepared = start.prepared();
    tell();
    await prepared;
    connection.dispose();
    await engine.endpoint.close();
  });
});

describe('Engines.train', () => {
  const program = (): string => join(folder.path(), 'engine');
  const run = (): string => join(folder.path(), 'run');
  let cache: string | undefined;
  beforeEach(async () => {
    cache = process.env['XDG_CACHE_HOME'];
    process.env['XDG_CACHE_HOME'] = join(folder.path(), 'cache');
    await mkdir(run());
    await mkdir(program());
    return () => {
      if (cache === undefined) delete process.env['XDG_CACHE_HOME'];
      else process.env['XDG_CACHE_HOME'] = cache;
    };
  });
  const engines = (): Engines =>
    new Engines({
      engineFolder: program(),
      choose: () => ({ engine: 'auto', threads: 1 }),
      checkAllowed: () => undefined,
    });

  /** A process that leaves a line and is gone before it ever listened. */
  const leaves = (line: MetricLine): Promise<void> =>
    writeFile(
      join(program(), 'worker.cjs'),
      `const { runFolder } = JSON.parse(process.argv[2]);
      require('node:fs').appendFileSync(runFolder + '/metrics.jsonl', ${JSON.stringify(`${JSON.stringify(line)}\n`)});`,
    );

  it('takes a training that came and went for one that did', async () => {
    await leaves(ended('finished'));
    const start = await engines().train(run(), REQUEST);
    await start.prepared();
  });

  it('says why a training failed that came and went', async () => {
    await leaves(ended('failed', 'no images in photos'));
    await expect(engines().train(run(), REQUEST)).rejects.toThrow(/^no images in photos$/);
  });

  it('says the end of the log, not the failure of another time, where the process left nothing', async () => {
    await writeFile(join(run(), 'metrics.jsonl'), `${JSON.stringify(ended('failed', 'an old failure'))}\n`);
    await writeFile(join(program(), 'worker.cjs'), `console.log('Illegal instruction');`);
    await expect(engines().train(run())).rejects.toThrow(/ended at its start.*Illegal instruction/);
  });

  it('does not stop an engine that trains and has not told its state yet', async () => {
    const engine = await reportingEngine(run());
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    const all = engines();
    const connection = all.connection(run());
    void connection.connect();
    await until(() => connection.connected);
    const start = all.train(run());
    tell();
    expect((await start).connection.status?.state).toBe('training');
    expect(engine.calls).not.toContain('stop');
    all.dispose();
    await engine.endpoint.close();
  });
});
