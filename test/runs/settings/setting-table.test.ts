import { expect, test } from 'vitest';
import { PRESET_NAMES } from '../../../src/runs/config';
import type { TrainRequest } from '../../../src/runs/config';
import { parseRequest, presetSettings } from '../../../src/runs/settings/parse-request';
import { OPTIMIZERS, PRESETS } from '../../../src/runs/settings/presets';
import { rangeText, SETTINGS } from '../../../src/runs/settings/setting-table';
import type { SettingInfo } from '../../../src/runs/settings/setting-table';
import { leafValues, settingText } from '../../../src/runs/settings/setting-values';

/** Settings by which a setting is there at all, and does not contradict others. */
function beside({ key }: SettingInfo): { preset: TrainRequest['preset']; set: Record<string, string> } {
  if (key.startsWith('model.convolution')) return { preset: 'conv', set: { width: '32' } };
  if (key.startsWith('initialisation')) return { preset: 'aevb', set: {} };
  if (key === 'shift') return { preset: 'fast', set: { width: '1024' } };
  const optimizer = /\.(decay|momentum)$/.test(key) ? 'rmsprop' : 'adam';
  return { preset: 'fast', set: { optimizer } };
}

function accepts(setting: SettingInfo, text: string): boolean {
  const { preset, set } = beside(setting);
  const source = { kind: 'folder', uri: 'file:///x' } as const;
  try {
    parseRequest({ source, preset, seed: 0, set: { ...set, [setting.key]: text } });
    return true;
  } catch {
    return false;
  }
}

/** Texts inside and outside of what the table says. */
function edges({ range }: SettingInfo): { inside: string[]; outside: string[] } {
  switch (range.kind) {
    case 'choice':
      return { inside: [...range.values], outside: ['x', ''] };
    case 'whole':
      return {
        inside: [String(range.min), String(range.max)],
        outside: [String(range.min - 1), String(range.max * 2 + 1), '1.5', 'x', ''],
      };
    case 'number':
      return {
        inside: [
          range.excludes === 'min' ? '1e-9' : range.min,
          range.excludes === 'max' ? 0.999 : range.max,
        ].map(String),
        outside: [range.excludes === 'min' ? range.min : -1e-9, range.max * 1.001, 'x', ''].map(String),
      };
    case 'list':
      return {
        inside: [String(range.min), `${range.max},1`, '1,1,1'],
        outside: [String(range.min - 1), String(range.max + 1), '1,', '1,1,1,1,1,1,1,1,1', 'x'],
      };
    case 'text':
      return { inside: /[^ ]+$/.exec(rangeText(range)) as unknown as string[], outside: ['x'] };
  }
}

test.each(SETTINGS.map((setting) => [setting.key, setting] as const))(
  '%s is limited as its description says',
  (_, setting) => {
    const { inside, outside } = edges(setting);
    expect(inside.filter((text) => !accepts(setting, text))).toEqual([]);
    // No fit, no pages and the like are left to the images; 0 leaves a side open.
    const open = setting.paths.every((path) => /^data\.(fit|pages|background|range)$/.test(path)) ? [''] : [];
    const found = outside.filter((text) => accepts(setting, text) && !open.includes(text));
    expect(found).toEqual([]);
  },
);

test('every setting of every preset and optimizer is in the table, and no other', () => {
  const trees = PRESET_NAMES.map((name) => presetSettings(PRESETS[name]));
  const leaves = trees.flatMap((tree) => [...leafValues(tree).keys()]);
  const optimizers = Object.values(OPTIMIZERS).flatMap((optimizer) =>
    Object.keys(optimizer).map((key) => `training.optimizer.${key}`),
  );
  // Only with another one would another value be of use.
  const all = new Set([...leaves, ...optimizers].filter((path) => path !== 'initialisation.kind'));
  expect(new Set(SETTINGS.flatMap(({ paths }) => paths))).toEqual(all);
  const keys = SETTINGS.map(({ key }) => key);
  expect(new Set(keys).size).toBe(keys.length);
});

test('a value is shown as `--set` takes it', () => {
  const leaves = leafValues(presetSettings(PRESETS.iwae));
  const shown = (key: string) =>
    settingText(
      leaves,
      SETTINGS.find((setting) => setting.key === key)!,
    );
  expect(shown('hidden')).toBe('200,200');
  expect(shown('training.weightPrior')).toBe('false');
  expect(shown('samples')).toBe('164000000');
  expect(shown('model.convolution.kernel')).toBeUndefined();
  const unequal = leafValues({ model: { encoderHidden: [3, 4], decoderHidden: [5] } });
  expect(
    settingText(
      unequal,
      SETTINGS.find(({ key }) => key === 'hidden')!,
    ),
  ).toBe('3,4 / 5');
});
