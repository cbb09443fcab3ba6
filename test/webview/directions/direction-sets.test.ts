import { expect, test } from 'vitest';
import type { MapSet } from '../../../src/protocol/map';
import { chosenSet, componentOf, setChoices, shownChoice } from '../../../webview/directions/direction-sets';

const set = {
  dimensions: 2,
  labelNames: ['3', '8'],
  shares: Float32Array.of(0.5, 0.25),
} as unknown as MapSet;
const sources = { set, tags: [{ name: 'odd', ids: ['a.png'] }], selected: [], kept: [] };
const values = (...args: Parameters<typeof setChoices>): string[] =>
  setChoices(...args).map(({ value }) => value);

test.each([
  ['pc:0', 0],
  ['pc:12', 12],
  ['label:3', null],
  ['label:pc:1', null],
  ['tag:pc:1', null],
  ['rest', null],
  ['kept', null],
  ['', null],
])('the choice %j stands for the component %s', (value, component) => {
  expect(componentOf(value)).toBe(component);
});

test('the first set can be a component, the second all other images', () => {
  expect(values(sources, true)).toEqual(['label:3', 'label:8', 'tag:odd', 'pc:0', 'pc:1']);
  expect(values(sources, false)).toEqual(['rest', 'label:3', 'label:8', 'tag:odd']);
});

test('what is selected comes first, and what was selected earlier stays beside it', () => {
  const selected = ['a.png', 'b.png'];
  expect(values({ ...sources, selected }, true)[0]).toBe('selection');
  expect(values({ ...sources, selected, kept: selected }, true).slice(0, 2)).toEqual(['kept', 'label:3']);
  expect(values({ ...sources, selected, kept: ['c.png'] }, true).slice(0, 2)).toEqual(['kept', 'selection']);
  expect(chosenSet('selection', { ...sources, selected })?.set).toEqual({ ids: selected });
  expect(chosenSet('kept', { ...sources, selected, kept: ['c.png'] })?.set).toEqual({ ids: ['c.png'] });
});

test('a choice that is gone gives way to the first, and a tag that is gone is no set', () => {
  const choices = setChoices(sources, true);
  expect(shownChoice(choices, 'label:8')).toBe('label:8');
  expect(shownChoice(choices, 'tag:gone')).toBe('label:3');
  expect(shownChoice([], 'label:8')).toBe('');
  expect(chosenSet('tag:gone', sources)).toBeNull();
  expect(chosenSet('tag:odd', sources)?.set).toEqual({ ids: ['a.png'] });
  // A label may be called anything.
  expect(chosenSet('label:a:b', sources)?.set).toEqual({ label: 'a:b' });
});
