import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/protocol/panel';
import { RpcError } from '../../../src/protocol/rpc';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RunSession } from '../../../webview/shared/run-session';
import { RUN, fakeHost } from '../fake-host';
import type { Answers } from '../fake-host';

const STEPS = [1, 10, 100, 1000];
const none = { width: 0, height: 0, channels: 1, count: 0, bytes: new Uint8Array() };

/** A session whose run has snapshots: at each step, image a is at (step, 0), and image b at (step, 1). */
function session(change: Answers = {}, run: RunView = RUN) {
  const asked: { step: number; align: boolean; axes: readonly string[] }[] = [];
  const fake = fakeHost({
    snapshots: () => ({ kept: true, steps: STEPS, minibatch: 20 }),
    timeImages: () => ({ ids: ['a', 'b'], shown: ['b'], labels: null, labelNames: null, total: 2 }),
    atSnapshot: (params) => {
      const request = params as unknown as (typeof asked)[number];
      asked.push(request);
      const x = Float32Array.of(request.step, request.step);
      const places = { x, y: Float32Array.of(0, 1), aligned: true, frame: x, shares: x };
      const { step } = request;
      return { step, newest: 1000, places, reconstructions: none, z: x, pictures: none };
    },
    ...change,
  });
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  const own = new RunSession(fake.client, run, choices.of(run.uri, 'images'));
  return { fake, asked, session: own, time: own.time };
}
const listed = ({ time }: ReturnType<typeof session>) => expect.poll(() => time.steps.value).toEqual(STEPS);

describe('time', () => {
  it('is at the newest weights at first, and asks for no snapshot then', async () => {
    const own = session();
    await listed(own);
    const { time } = own;
    expect([time.step.value, time.index.value]).toEqual([-1, 3]);
    expect([time.moment.value, time.view.value, time.places.value]).toEqual([null, null, null]);
    expect(own.asked).toEqual([]);
  });

  it('moves step, mark and places together; what was there before stays until they are there', async () => {
    const own = session();
    await listed(own);
    const { time } = own;
    time.moveTo(2);
    expect([time.step.value, time.index.value]).toEqual([100, 2]);
    expect(time.moment.value).toEqual({ step: 100, samples: 2000 });
    await expect
      .poll(() => time.places.value)
      .toMatchObject({
        ...{ step: 100, ids: ['a', 'b'], axes: ['mean:0', 'mean:1'] },
        x: Float32Array.of(100, 100),
      });
    time.moveTo(1);
    expect(time.step.value).toBe(10);
    expect([time.view.value?.step, time.isLoading.value]).toEqual([100, true]);
    await expect.poll(() => time.view.value?.step).toBe(10);
    expect(time.isLoading.value).toBe(false);
    // What is known is there at once, without another question.
    time.moveTo(2);
    expect(time.view.value?.step).toBe(100);
    expect(own.asked.map(({ step }) => step)).toEqual([100, 10]);
    expect(time.way('b')).toEqual([
      [10, 1],
      [100, 1],
    ]);
    expect(time.way('unknown')).toEqual([]);
  });

  it('follows newer weights at the last snapshot, and never goes beyond the first', async () => {
    const own = session();
    await listed(own);
    own.time.moveTo(-1);
    expect(own.time.step.value).toBe(1);
    own.time.moveTo(3);
    expect(own.session.state.value.timeStep).toBe(-1);
    expect([own.time.step.value, own.time.view.value]).toEqual([-1, null]);
  });

  it('shows the snapshot at or before a remembered step', async () => {
    const own = session();
    own.session.state.update({ timeStep: 500 });
    expect(own.time.step.value).toBe(-1);
    await listed(own);
    expect(own.time.step.value).toBe(100);
    own.session.state.update({ timeStep: 0 });
    expect(own.time.step.value).toBe(1);
    own.session.state.update({ timeStep: 2000 });
    expect(own.time.step.value).toBe(-1);
  });

  it('has the newest snapshot where somebody wants it, but no places: the newest weights are shown', async () => {
    const own = session();
    await listed(own);
    own.time.wantNewest(true);
    await expect.poll(() => own.time.view.value?.step).toBe(1000);
    expect(own.time.places.value).toBeNull();
    own.time.wantNewest(false);
    expect(own.time.view.value).toBeNull();
  });

  it('places the images in the columns that are asked for, aligned as was chosen', async () => {
    const own = session({}, { ...RUN, latent: 7 });
    await listed(own);
    own.time.moveTo(0);
    await expect.poll(() => own.time.places.value?.axes).toEqual(['pc:0', 'pc:1']);
    own.time.axes.value = ['mean:3', 'mean:5'];
    await expect.poll(() => own.time.places.value?.axes).toEqual(['mean:3', 'mean:5']);
    own.session.state.update({ timeAlign: false });
    await expect.poll(() => own.asked.at(-1)).toMatchObject({ align: false, axes: ['mean:3', 'mean:5'] });
  });

  it('tells no snapshots from no engine, and says what failed', async () => {
    const without = session({ snapshots: () => ({ kept: false, steps: [], minibatch: 20 }) });
    expect(without.time.list.value).toBeUndefined();
    await expect.poll(() => without.time.list.value?.kept).toBe(false);
    expect([without.time.index.value, without.time.step.value]).toEqual([-1, -1]);
    const closed = session({ snapshots: () => Promise.reject(new RpcError('not-ready', 'no engine')) });
    await expect.poll(() => closed.time.list.value).toBeNull();
    expect(closed.time.trouble.value).toBe('');
    const broken = session({ atSnapshot: () => Promise.reject(new RpcError('failed', 'the disk is gone')) });
    await listed(broken);
    broken.time.moveTo(0);
    await expect.poll(() => broken.time.trouble.value).toBe('the disk is gone');
  });

  it('asks nothing of a run that is being prepared', async () => {
    const preparing = session({}, { ...RUN, latent: 0 });
    await expect.poll(() => preparing.fake.asked).toContain('reconstructions');
    expect(preparing.fake.asked).not.toContain('snapshots');
  });
});
