import { expect, test, vi } from 'vitest';
import { selection } from '../../../src/host/map/selection';
import { Selections } from '../../../src/host/map/selections';
import { runEntry, windowWith } from '../window';

vi.mock('vscode', () => import('../editor'));

test('is read as the page noted it, and set on the map of its run', async () => {
  const { host, done } = windowWith([runEntry('/runs/a')]);
  host.selections.note('/runs/a', ['1.png']);
  expect(await selection(host, {})).toEqual({ run: 'a', ids: ['1.png'] });
  expect(await selection(host, { run: '/runs/a', ids: ['2.png', '3.png'] })).toEqual({
    run: 'a',
    ids: ['2.png', '3.png'],
  });
  expect(done).toContain('show explorer {"tab":"map","pane":"selection","select":["2.png","3.png"]}');
  await expect(selection(host, { ids: 'all' })).rejects.toThrow('vae.selection');
});

test('of more runs than are remembered the oldest is forgotten', () => {
  const selections = new Selections();
  for (let i = 0; i < 21; i++) selections.note(`/runs/${i}`, [`${i}.png`]);
  expect(selections.of('/runs/0')).toEqual([]);
  expect(selections.of('/runs/20')).toEqual(['20.png']);
});
