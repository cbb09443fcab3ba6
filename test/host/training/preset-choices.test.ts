import { describe, expect, it } from 'vitest';
import { advisedPreset, presetChoices } from '../../../src/host/training/preset-choices';
import type { PlannedPreset } from '../../../src/protocol/schemas/plan-line';
import { PRESET_NAMES } from '../../../src/runs/config';
import { t } from '../support';

const planned = (change: Partial<PlannedPreset> = {}): PlannedPreset => ({
  ...{
    type: 'preset',
    preset: 'conv',
    advised: 'colour',
    fit: 'crop',
    cropped: 0.123,
    likelihood: 'bernoulli',
  },
  ...{ samples: 1_000_000, patience: 10, problem: '', shape: { width: 64, height: 64, channels: 3 } },
  ...change,
});
const shown = (line: PlannedPreset | null, seconds?: number) =>
  presetChoices(
    {
      presets: new Map(line ? [[line.preset, line]] : []),
      seconds: new Map(line && seconds !== undefined ? [[line.preset, seconds]] : []),
    },
    t,
  );
const conv = (line: PlannedPreset | null, seconds?: number) =>
  shown(line, seconds).find(({ value }) => value === 'conv')!;

describe('presets', () => {
  it('are all offered, the quick one first, with what they are for', () => {
    const offered = shown(null);
    expect(offered[0]!.value).toBe('fast');
    expect(offered.map(({ value }) => value).sort()).toEqual([...PRESET_NAMES].sort());
    expect(offered.every(({ detail }) => detail!.length > 20)).toBe(true);
    expect(offered[0]!.description).toBeUndefined();
  });

  it('say what they would do to the images, as soon as that is known, and then how long it takes', () => {
    expect(conv(planned())).toMatchObject({
      label: 'conv (advised)',
      description: '64 × 64 colour · crops 12 % of the images · Bernoulli likelihood',
      detail:
        'Advised: these images have colour · Convolutions, Adam; for pictures and colours, at 32, 64 or 128 pixels; takes longer',
    });
    expect(conv(planned(), 600).description).toMatch(/ · Bernoulli likelihood · at most about 10 min here$/);
    expect(conv(planned({ patience: 0 }), 3).description).toMatch(/ · about 3 s here$/);
    expect(conv(planned({ fit: 'pad', likelihood: 'gaussian', advised: null }))).toMatchObject({
      label: 'conv',
      description: '64 × 64 colour · padded with borders · Gaussian likelihood',
    });
    expect(conv(planned({ advised: 'large' })).detail).toMatch(
      /^Advised: these images are larger than 28 pixels/,
    );
  });

  it('say why they cannot be trained, in one line that VS Code does not interpret', () => {
    const problem = 'got 3 images\n$(x), expected at least 10';
    expect(conv(planned({ shape: null, problem })).description).toBe(
      'got 3 images\\n$ (x), expected at least 10',
    );
  });

  it('that is advised is known if it can be trained', () => {
    const presets = new Map([['conv', planned()]]);
    expect(advisedPreset({ presets, seconds: new Map() })).toBe('conv');
    presets.set('conv', planned({ shape: null }));
    expect(advisedPreset({ presets, seconds: new Map() })).toBeUndefined();
  });
});
