import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { statusText } from '../../src/host/runs/status-text';
import { formatAge, formatBound, formatSeconds, plainName } from '../../src/host/format';
import { status } from '../support/engine-status';
import { t } from './support';

describe('plainName', () => {
  it('shows hostile names as text', () => {
    expect(plainName('a\u202Egnp.jpg')).toBe('a\\u{202e}gnp.jpg');
    expect(plainName('two\nlines')).toBe('two\\nlines');
    expect(plainName('$(sync~spin)')).not.toContain('$(');
    expect(plainName('[here](command:x)')).not.toContain('](');
    expect(plainName('<img src=x>.png')).toBe('<img src=x>.png');
  });

  it('is bounded and never leaves a link, an icon or a control character, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (name) => {
        const shown = plainName(name);
        expect(shown.length).toBeLessThanOrEqual(120);
        expect(shown).not.toMatch(/\$\(|\]\(|[\n\r\u202e\u2066]/);
      }),
    );
  });
});

describe('numbers', () => {
  it('formats bounds and times', () => {
    expect(formatBound(-105.23)).toBe('−105.2');
    expect(formatBound(-1272.54)).toBe('−1,272.5');
    expect(formatBound(3)).toBe('3.0');
    expect(formatBound(NaN)).toBe('–');
    expect([0, 59.4, 60, 3599, 7500, 7200].map(formatSeconds)).toEqual([
      '0 s',
      '59 s',
      '1 min',
      '1 h',
      '2 h 5 min',
      '2 h',
    ]);
    const now = new Date('2026-01-02T12:00:00Z');
    expect(formatAge(new Date('2026-01-02T10:30:00Z'), now, 'en')).toBe('1 hour ago');
    expect(formatAge(new Date('2026-01-01T11:00:00Z'), now, 'en')).toBe('yesterday');
    expect(formatAge(new Date('2026-01-02T11:59:50Z'), now, 'en')).toBe('now');
  });
});

describe('statusText', () => {
  it('names the product, and tells the progress, the bound and the time left while training', () => {
    expect(statusText(status(), true, t)).toMatchObject({
      text: '$(loading~spin) VAE: 25 % · −105.2 nats · 3 min left',
      spoken: 'VAE: 25 %, −105.2 nats, 3 min left',
      tooltip: 'Latent Explorer: open the explorer\ntensorflow (2 threads): installed',
    });
    const early = status({ totalSamples: null, secondsLeft: null, validationBound: null, trainBound: null });
    expect(statusText(early, true, t)?.text).toBe('$(loading~spin) VAE: training');
  });

  it('says when the engine is paused or does not respond, and nothing once it is over', () => {
    expect(statusText(status({ state: 'paused' }), true, t)?.text).toBe(
      '$(debug-pause) VAE: paused · 25 % · −105.2 nats',
    );
    expect(statusText(status(), false, t)?.text).toContain('not responding');
    for (const state of ['finished', 'stopped', 'failed', 'serving'] as const)
      expect(statusText(status({ state }), true, t)).toBeNull();
    expect(statusText(null, true, t)).toBeNull();
  });

  it('takes no icon from the engine’s own words', () => {
    const shown = statusText(status({ engine: '$(bug) x' }), true, t);
    expect(shown?.text).not.toContain('bug');
    expect(shown?.tooltip).not.toContain('$(');
  });
});
