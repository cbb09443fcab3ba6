import { expect, it } from 'vitest';
import type { RunView } from '../../../src/protocol/panel';
import { KeptChoices } from '../../../webview/shared/kept-choices';
import { ShownSession } from '../../../webview/workbench/shown-session';
import { RUN, fakeHost } from '../fake-host';

const OTHER: RunView = { ...RUN, uri: 'file:///runs/b', fingerprint: 'f' };
const kept = () => {
  let stored: unknown = null;
  return new KeptChoices({ read: () => stored, write: (state) => (stored = state) });
};

it('begins a session for each run, and keeps it while the run only changes its state', async () => {
  let run: RunView | null = null;
  const fake = fakeHost({ run: () => run });
  const shown = new ShownSession(fake.client, kept());
  shown.pull();
  await expect.poll(() => shown.session.value).toBeNull();
  run = RUN;
  fake.emit('changed', { step: 0, run: RUN.uri });
  await expect.poll(() => shown.session.value?.uri).toBe(RUN.uri);
  const first = shown.session.value!;
  run = { ...RUN, message: 'changed' };
  fake.emit('changed', { step: 1, run: RUN.uri });
  await expect.poll(() => first.run.message).toBe('changed');
  expect(shown.session.value).toBe(first);
});

it('nothing of a run is shown once the host has announced another', async () => {
  let run: RunView = RUN;
  const answers: (() => void)[] = [];
  let held = false;
  const fake = fakeHost({
    run: () => (held ? new Promise((resolve) => answers.push(() => resolve(run))) : run),
  });
  const shown = new ShownSession(fake.client, kept());
  shown.pull();
  await expect.poll(() => shown.session.value?.uri).toBe(RUN.uri);
  const first = shown.session.value!;
  held = true;
  run = OTHER;
  fake.emit('changed', { step: 0, run: OTHER.uri });
  expect(shown.session.value).toBeUndefined();
  await expect(first.client.call('mapTags', {})).rejects.toThrow('another run');
  await expect.poll(() => answers.length).toBe(1);
  answers[0]!();
  await expect.poll(() => shown.session.value?.uri).toBe(OTHER.uri);
});

it('an answer about a run that the host has left meanwhile is not shown', async () => {
  const answers: ((run: RunView) => void)[] = [];
  const fake = fakeHost({ run: () => new Promise((resolve) => answers.push(resolve)) });
  const shown = new ShownSession(fake.client, kept());
  shown.pull();
  fake.emit('changed', { step: 0, run: OTHER.uri });
  answers[0]!(RUN);
  await expect.poll(() => answers.length).toBe(2);
  expect(shown.session.value).toBeUndefined();
  answers[1]!(OTHER);
  await expect.poll(() => shown.session.value?.uri).toBe(OTHER.uri);
});

it('each run comes back as it was left, and what belongs to the dataset is shared by its runs', async () => {
  let run: RunView = { ...RUN, fingerprint: 'f' };
  const fake = fakeHost({ run: () => run });
  const shown = new ShownSession(fake.client, kept());
  const show = async (next: RunView): Promise<void> => {
    run = next;
    fake.emit('changed', { step: 0, run: next.uri });
    await expect.poll(() => shown.session.value?.uri).toBe(next.uri);
  };
  await show({ ...RUN, fingerprint: 'f' });
  shown.session.value!.state.update({ tab: 'samples', mapSelected: ['1.png'], logAxis: false });
  await show(OTHER);
  const { value } = shown.session.value!.state;
  expect([value.tab, value.mapSelected, value.logAxis]).toEqual(['', ['1.png'], false]);
  await show({ ...RUN, uri: 'file:///runs/c', fingerprint: 'g' });
  expect(shown.session.value!.state.value.mapSelected).toEqual([]);
  await show({ ...RUN, fingerprint: 'f' });
  expect(shown.session.value!.state.value.tab).toBe('samples');
});
