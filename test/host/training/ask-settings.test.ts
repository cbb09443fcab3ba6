import { describe, expect, test, vi } from 'vitest';
import { problemOf, withSetting } from '../../../src/host/training/ask-settings';
import { SETTINGS } from '../../../src/runs/settings/setting-table';

vi.mock('vscode', () => import('../editor'));

const setting = (key: string) => SETTINGS.find((one) => one.key === key)!;
const FOLDER = { kind: 'folder', uri: 'file:///x' } as const;

describe('a setting of a training', () => {
  test('takes the place of what was set for it before, whatever it was called', () => {
    expect(withSetting({ 'model.latent': '3', beta: '2' }, setting('latent'), ' 5 ')).toEqual({
      latent: '5',
      beta: '2',
    });
    expect(withSetting({ latent: '3' }, setting('latent'), '')).toEqual({});
  });

  test('of both encoder and decoder, and of one of them', () => {
    const both = withSetting({}, setting('hidden'), '64');
    expect(both).toEqual({ hidden: '64' });
    expect(withSetting(both, setting('model.encoderHidden'), '32')).toEqual({
      'model.encoderHidden': '32',
      'model.decoderHidden': '64',
    });
    expect(
      withSetting({ 'model.encoderHidden': '32', 'model.decoderHidden': '64' }, setting('hidden'), '8'),
    ).toEqual({
      hidden: '8',
    });
  });

  test('is refused where others contradict it, or the images have no use for it', () => {
    expect(problemOf('fast', FOLDER, { beta: '4' })).toBeNull();
    expect(problemOf('fast', FOLDER, { beta: '4', estimator: 'sgvb-a' })).toContain(
      "Expected the estimator 'analytic-kl'",
    );
    expect(problemOf('fast', { kind: 'digits', count: 10, seed: 0 }, { fit: 'pad' })).toContain(
      'built-in digits',
    );
  });
});
