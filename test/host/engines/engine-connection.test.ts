import { spawn } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { connectToRun } from '../../../src/endpoint/client';
import { EngineConnection } from '../../../src/host/engines/engine-connection';
import type { Loss } from '../../../src/host/engines/engine-connection';
import { reportingEngine, until, useFolder } from '../support';

const folder = useFolder();

describe('Attachment', () => {
  it('is nothing without an engine', async () => {
    const connection = new EngineConnection(folder.path());
    expect(await connection.connect()).toBe(false);
    expect(connection.status).toBeNull();
    await expect(connection.call('status', {})).rejects.toMatchObject({ code: 'closed' });
  });

  it('follows a live engine, and folds bursts of news into few questions', async () => {
    const engine = await reportingEngine(folder.path());
    const connection = new EngineConnection(folder.path());
    expect(await connection.connect()).toBe(true);
    expect(connection.status).toMatchObject({ state: 'training', step: 100 });
    const before = engine.calls.length;
    for (let step = 101; step <= 200; step++) engine.report({ step });
    await until(() => connection.status?.step === 200 && engine.calls.length > before);
    expect(engine.calls.length - before).toBeLessThan(20);
    connection.dispose();
    await engine.endpoint.close();
  });

  it('tells once when the engine goes, with the state it was in', async () => {
    const engine = await reportingEngine(folder.path());
    const connection = new EngineConnection(folder.path());
    const losses: Loss[] = [];
    connection.lost((loss) => losses.push(loss));
    await connection.connect();
    await engine.endpoint.close();
    await until(() => losses.length > 0);
    expect(connection.status).toBeNull();
    expect(losses).toMatchObject([{ last: { state: 'training' }, hadTrained: true }]);
    expect(await connection.connect()).toBe(false);
  });

  it('knows the last state even when the process ends before it answers', async () => {
    const engine = await reportingEngine(folder.path());
    const connection = new EngineConnection(folder.path());
    const losses: Loss[] = [];
    connection.lost((loss) => losses.push(loss));
    await connection.connect();
    engine.hold(new Promise(() => undefined));
    engine.report({ state: 'finished' });
    await until(() => connection.status?.state === 'finished');
    await engine.endpoint.close();
    await until(() => losses.length > 0);
    expect(losses[0]!.last?.state).toBe('finished');
  });

  it('does not take an engine that only serves for a training', async () => {
    const engine = await reportingEngine(folder.path(), 'serve');
    const connection = new EngineConnection(folder.path());
    let lost = false;
    connection.lost(() => (lost = true));
    await connection.connect();
    expect(connection.connected).toBe(true);
    expect(connection.status).toBeNull();
    await engine.endpoint.close();
    await until(() => !connection.connected);
    expect(lost).toBe(false);
  });

  it('waits for the end of the process, which is after that of its socket, and not for ever', async () => {
    const engine = await reportingEngine(folder.path(), 'serve');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => undefined, 1000)']);
    const connection = new EngineConnection(folder.path(), async (at) => {
      const made = (await connectToRun(at))!;
      return { ...made, hello: { ...made.hello, pid: child.pid! } };
    });
    expect(await connection.untilEnded()).toBe(true);
    await connection.connect();
    const [late, ended] = [connection.untilEnded(300), connection.untilEnded(60_000)];
    await engine.endpoint.close();
    expect(await late).toBe(false);
    child.kill('SIGKILL');
    expect(await ended).toBe(true);
    connection.dispose();
  });

  it('connects once, whoever asks and whoever brings a connection at the same moment', async () => {
    const engine = await reportingEngine(folder.path());
    const brought = (await connectToRun(folder.path()))!;
    const made = (await connectToRun(folder.path()))!;
    let answer: (connection: typeof made) => void = () => undefined;
    const connection = new EngineConnection(
      folder.path(),
      () => new Promise((resolve) => (answer = resolve)),
    );
    const own = connection.connect();
    const taken = connection.take(brought);
    answer(made);
    await Promise.all([own, taken]);
    await until(() => engine.endpoint.clientCount() === 1);
    expect(connection.status?.state).toBe('training');
    connection.dispose();
    await until(() => engine.endpoint.clientCount() === 0);
    await engine.endpoint.close();
  });

  it('answers that it is connected only once the engine has told its state', async () => {
    const engine = await reportingEngine(folder.path());
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    const connection = new EngineConnection(folder.path());
    void connection.connect();
    await until(() => connection.connected);
    const second = connection.connect();
    tell();
    await second;
    expect(connection.status?.state).toBe('training');
    connection.dispose();
    await engine.endpoint.close();
  });

  it('tells of pictures that were there before it listened', async () => {
    const engine = await reportingEngine(folder.path());
    const connection = new EngineConnection(folder.path());
    const told: number[] = [];
    connection.reconstructed((step) => told.push(step));
    await connection.connect();
    expect(told).toEqual([100]);
    connection.dispose();
    await engine.endpoint.close();
  });
});
