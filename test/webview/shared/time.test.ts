import { describe, expect, it } from 'vitest';
import type { RunView } from '../../../src/protocol/panel';
import { RpcError } from '../../../src/protocol/rpc';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { RunSession } from '../../../webview/shared/run-session';
import { RUN, fakeHost } from '../fake-host';
import type { Answers } from '../fake-host';

const STEPS = [1, 10, 100, 1000];
const none = { width: 0, height: 0, channels: 1, count: 0, bytes: new Uint8Array() };

const AXES = { key: '1000-a', x: 'mean:0', y: 'mean:1' } as const;

/** A session whose run has snapshots: at each step, image 3 of the map is at (step, 0), and image 7 at (step, 1). */
function session(change: Answers = {}, run: RunView = RUN) {
  const asked: string[] = [];
  const fake = fakeHost({
    snapshots: () => ({ kept: true, steps: STEPS, minibatch: 20 }),
    timeImages: () => ({ ids: ['a', 'b'], shown: ['b'], labels: null, total: 2, originals: none }),
    atSnapshot: ({ step }) => {
      asked.push(`view ${String(step)}`);
      return { step, reconstructions: none, z: new Float32Array(0), pictures: none };
    },
    placesAtSnapshot: ({ step, align, x, y }) => {
      asked.push(`places ${String(step)} ${String(x)} ${String(y)} ${String(align)}`);
      const along = Float32Array.of(Number(step), Number(step));
      return { indices: Uint32Array.of(3, 7), x: along, y: Float32Array.of(0, 1), aligned: align };
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

  it('moves step, mark and view together; what was there before stays until they are there', async () => {
    const own = session();
    await listed(own);
    const { time } = own;
    time.watch();
    time.moveTo(2);
    expect([time.step.value, time.index.value]).toEqual([100, 2]);
    expect(time.moment.value).toEqual({ step: 100, samples: 2000 });
    await expect.poll(() => time.view.value?.step).toBe(100);
    await expect.poll(() => time.images.value?.shown).toEqual(['b']);
    time.moveTo(1);
    expect(time.step.value).toBe(10);
    expect([time.view.value?.step, time.isLoading.value]).toEqual([100, true]);
    await expect.poll(() => time.view.value?.step).toBe(10);
    expect(time.isLoading.value).toBe(false);
    // What is known is there at once, without another question.
    time.moveTo(2);
    expect(time.view.value?.step).toBe(100);
    expect(own.asked).toEqual(['view 100', 'view 10']);
  });

  it('asks for the view only while somebody shows it, and for places only while a map does', async () => {
    const own = session();
    await listed(own);
    const { time } = own;
    time.moveTo(0);
    expect(time.isLoading.value).toBe(false);
    const end = time.watch();
    await expect.poll(() => time.view.value?.step).toBe(1);
    end();
    time.mapAxes.value = AXES;
    await expect.poll(() => time.places.value?.step).toBe(1);
    time.moveTo(1);
    await expect.poll(() => time.places.value?.step).toBe(10);
    time.mapAxes.value = null;
    expect(time.places.value).toBeNull();
    time.moveTo(2);
    expect(time.isLoading.value).toBe(false);
    expect(own.asked).toEqual(['view 1', 'places 1 mean:0 mean:1 true', 'places 10 mean:0 mean:1 true']);
  });

  it('moves the images of the map; those of the step before stay until they are there', async () => {
    const own = session();
    await listed(own);
    const { time } = own;
    time.mapAxes.value = AXES;
    expect(time.places.value).toBeNull();
    time.moveTo(2);
    await expect
      .poll(() => time.places.value)
      .toMatchObject({ step: 100, indices: Uint32Array.of(3, 7), x: Float32Array.of(100, 100) });
    time.moveTo(1);
    expect([time.places.value?.step, time.isLoading.value]).toEqual([100, true]);
    await expect.poll(() => time.places.value?.step).toBe(10);
    expect(time.way(7)).toEqual([
      [10, 1],
      [100, 1],
    ]);
    expect(time.way(5)).toEqual([]);
    time.moveTo(3);
    expect([time.places.value, time.isLoading.value]).toEqual([null, false]);
    time.moveTo(2);
    expect(time.places.value?.step).toBe(100);
    expect(own.asked).toHaveLength(2);
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

  it('places the images on the axes of the map, aligned as was chosen; other axes do not show them', async () => {
    const own = session({}, { ...RUN, latent: 7 });
    await listed(own);
    const { time } = own;
    time.moveTo(0);
    time.mapAxes.value = { ...AXES, x: 'pc:0' };
    await expect.poll(() => time.places.value?.frame).toEqual({ ...AXES, x: 'pc:0', align: true });
    time.mapAxes.value = { ...AXES, x: 'mean:5' };
    expect(time.places.value).toBeNull();
    await expect.poll(() => time.places.value?.frame.x).toBe('mean:5');
    own.session.state.update({ timeAlign: false });
    await expect.poll(() => time.places.value).toMatchObject({ aligned: false });
    expect(own.asked).toEqual([
      'places 1 pc:0 mean:1 true',
      'places 1 mean:5 mean:1 true',
      'places 1 mean:5 mean:1 false',
    ]);
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
    broken.time.watch();
    broken.time.moveTo(0);
    await expect.poll(() => broken.time.trouble.value).toBe('the disk is gone');
    // What is found on the map says nothing of the view.
    broken.time.mapAxes.value = AXES;
    await expect.poll(() => broken.time.places.value?.step).toBe(1);
    expect(broken.time.trouble.value).toBe('the disk is gone');
    broken.time.showNewest();
    expect(broken.time.trouble.value).toBe('');
  });

  it('asks nothing of a run that is being prepared', async () => {
    const preparing = session({}, { ...RUN, latent: 0 });
    await expect.poll(() => preparing.fake.asked).toContain('reconstructions');
    expect(preparing.fake.asked).not.toContain('snapshots');
  });
});
