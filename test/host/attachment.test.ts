import { describe, expect, it } from 'vitest';
import { Attachment } from '../../src/host/attachment';
import type { Loss } from '../../src/host/attachment';
import { reportingEngine, until, useFolder } from './support';

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

  describe('prepared', () => {
    async function preparing() {
      const engine = await reportingEngine(folder.path());
      engine.report({ state: 'preparing', message: 'reading images 3 / 10' });
      const attachment = new Attachment(folder.path());
      await attachment.connect();
      return { engine, prepared: attachment.prepared() };
    }

    it('resolves when training begins', async () => {
      const { engine, prepared } = await preparing();
      engine.report({ state: 'training', message: '' });
      await prepared;
      await engine.endpoint.close();
    });

    it('rejects with the engine’s own words when the dataset is no good', async () => {
      const { engine, prepared } = await preparing();
      engine.report({ state: 'failed', message: 'no images in photos' });
      setTimeout(() => void engine.endpoint.close(), 100);
      await expect(prepared).rejects.toThrow('no images in photos');
    });

    it('rejects when the process dies', async () => {
      const { engine, prepared } = await preparing();
      const rejected = expect(prepared).rejects.toThrow(/ended while it prepared/);
      await engine.endpoint.close();
      await rejected;
    });
  });
});
