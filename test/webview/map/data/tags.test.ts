import { expect, test } from 'vitest';
import type { MapTag } from '../../../../src/protocol/map';
import { changeChoices } from '../../../../webview/map/data/change-choices';
import { Tags } from '../../../../webview/map/data/tags';
import { KeptChoices } from '../../../../webview/shared/kept-choices';
import { RunSession } from '../../../../webview/shared/run-session';
import { RUN, fakeHost } from '../../fake-host';

function session(tags: MapTag[] = []) {
  let now = tags;
  const fake = fakeHost({
    mapTags: () => now,
    excludedImages: () => [],
    removeTag: ({ name }) => void (now = now.filter((tag) => tag.name !== name)),
    setTag: (params) => {
      const { name, ids } = params as unknown as MapTag;
      now = [...now.filter((tag) => tag.name !== name), ...(ids.length > 0 ? [{ name, ids }] : [])];
    },
  });
  const choices = new KeptChoices({ read: () => null, write: () => undefined });
  const run = new RunSession(fake.client, RUN, choices.of(RUN.uri, 'images'));
  return { run, tags: new Tags(run), become: (to: MapTag[]) => (now = to) };
}

test('a tag that was added or taken away comes back as it was', async () => {
  const { run, tags, become } = session([{ name: 'odd', ids: ['1'] }]);
  await expect.poll(() => tags.list.value).toHaveLength(1);
  become([{ name: 'odd', ids: ['1', '3'] }]);
  await tags.pullChanged();
  expect(run.changes.undoes.value).toBe('tag');
  run.changes.undo();
  await expect.poll(() => tags.list.value).toEqual([{ name: 'odd', ids: ['1'] }]);
  run.changes.redo();
  await expect.poll(() => tags.list.value).toEqual([{ name: 'odd', ids: ['1', '3'] }]);
  await tags.remove('odd');
  expect(tags.list.value).toEqual([]);
  run.changes.undo();
  await expect.poll(() => tags.list.value).toEqual([{ name: 'odd', ids: ['1', '3'] }]);
});

test('what changed nothing is nothing to undo', async () => {
  const { run, tags } = session([{ name: 'odd', ids: ['1'] }]);
  await expect.poll(() => tags.list.value).toHaveLength(1);
  await tags.pullChanged();
  expect(run.changes.undoes.value).toBeNull();
});

test('choices that were changed together are undone together', () => {
  const { run } = session();
  run.state.update({ mapX: 'pc:3' });
  changeChoices(run, 'layout', { mapX: 'elbo', mapLayout: 'columns' });
  changeChoices(run, 'layout', { mapX: 'elbo' });
  expect(run.state.value).toMatchObject({ mapX: 'elbo', mapLayout: 'columns' });
  run.changes.undo();
  expect(run.state.value).toMatchObject({ mapX: 'pc:3', mapLayout: '' });
  expect(run.changes.undoes.value).toBeNull();
  run.changes.redo();
  expect(run.state.value).toMatchObject({ mapX: 'elbo', mapLayout: 'columns' });
});
