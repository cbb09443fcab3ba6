import { describe, expect, it } from 'vitest';
import { connectToRun } from '../../../src/endpoint/client';
import { Attachment } from '../../../src/host/engines/engine-connection';
import type { Loss } from '../../../src/host/engines/engine-connection';
import { reportingEngine, until, useFolder } from '../support';

const folder = useFolder();

describe('Attachment', () => {
  it('is nothing without an engine', async () => {
    const attachment = new Attachment(folder.path());
    expect(await attachment.connect()).toBe(false);
    expect(attachment.status).toBeNull();
    await expect(attachment.call('status', {})).rejects.toMatchObject({ code: 'closed' });
  });

  it('follows a live engine, and folds bursts of news into few questions', async () => {
    const engine = await reportingEngine(folder.path());
    const attachment = new Attachment(folder.path());
    expect(await attachment.connect()).toBe(true);
    expect(attachment.status).toMatchObject({ state: 'training', step: 100 });
    const before = engine.calls.length;
    for (let step = 101; step <= 200; step++) engine.report({ step });
    await until(() => attachment.status?.step === 200 && engine.calls.length > before);
    expect(engine.calls.length - before).toBeLessThan(20);
    attachment.dispose();
    await engine.endpoint.close();
  });

  it('tells once when the engine goes, with the state it was in', async () => {
    const engine = await reportingEngine(folder.path());
    const attachment = new Attachment(folder.path());
    const losses: Loss[] = [];
    attachment.lost((loss) => losses.push(loss));
    await attachment.connect();
    await engine.endpoint.close();
    await until(() => losses.length > 0);
    expect(attachment.status).toBeNull();
    expect(losses).toMatchObject([{ last: { state: 'training' }, hadTrained: true }]);
    expect(await attachment.connect()).toBe(false);
  });

  it('knows the last state even when the process ends before it answers', async () => {
    const engine = await reportingEngine(folder.path());
    const attachment = new Attachment(folder.path());
    const losses: Loss[] = [];
    attachment.lost((loss) => losses.push(loss));
    await attachment.connect();
    engine.hold(new Promise(() => undefined));
    engine.report({ state: 'finished' });
    await until(() => attachment.status?.state === 'finished');
    await engine.endpoint.close();
    await until(() => losses.length > 0);
    expect(losses[0]!.last?.state).toBe('finished');
  });

  it('does not take an engine that only serves for a training', async () => {
    const engine = await reportingEngine(folder.path(), 'serve');
    const attachment = new Attachment(folder.path());
    let lost = false;
    attachment.lost(() => (lost = true));
    await attachment.connect();
    expect(attachment.connected).toBe(true);
    expect(attachment.status).toBeNull();
    await engine.endpoint.close();
    await until(() => !attachment.connected);
    expect(lost).toBe(false);
  });

  it('connects once, whoever asks and whoever brings a connection at the same moment', async () => {
    const engine = await reportingEngine(folder.path());
    const brought = (await connectToRun(folder.path()))!;
    const made = (await connectToRun(folder.path()))!;
    let answer: (connection: typeof made) => void = () => undefined;
    const attachment = new Attachment(folder.path(), () => new Promise((resolve) => (answer = resolve)));
    const own = attachment.connect();
    const taken = attachment.take(brought);
    answer(made);
    await Promise.all([own, taken]);
    await until(() => engine.endpoint.clientCount() === 1);
    expect(attachment.status?.state).toBe('training');
    attachment.dispose();
    await until(() => engine.endpoint.clientCount() === 0);
    await engine.endpoint.close();
  });

  it('answers that it is connected only once the engine has told its state', async () => {
    const engine = await reportingEngine(folder.path());
    let tell: () => void = () => undefined;
    engine.hold(new Promise((resolve) => (tell = resolve)));
    const attachment = new Attachment(folder.path());
    void attachment.connect();
    await until(() => attachment.connected);
    const second = attachment.connect();
    tell();
    await second;
    expect(attachment.status?.state).toBe('training');
    attachment.dispose();
    await engine.endpoint.close();
  });

  it('tells of pictures that were there before it listened', async () => {
    const engine = await reportingEngine(folder.path());
    const attachment = new Attachment(folder.path());
    const told: number[] = [];
    attachment.reconstructed((step) => told.push(step));
    await attachment.connect();
    expect(told).toEqual([100]);
    attachment.dispose();
    await engine.endpoint.close();
  });
});
