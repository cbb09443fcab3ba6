import { describe, expect, it } from 'vitest';
import { NO_ABOUT } from '../../../src/domain/run-about';
import { runItem } from '../../../src/host/runs/run-item';
import { outcomeOf, runView } from '../../../src/host/runs/run-view';
import type { RunRecord } from '../../../src/runs/store';
import type { RemoteState } from '../../../src/domain/remote-state';
import type { RunState } from '../../../src/protocol/engine';
import type { RunOutcome } from '../../../src/domain/run-outcome';
import { remoteRun } from '../../cluster/remote-world';
import { config, t } from '../support';
import { status } from '../../support/engine-status';

const record = (change: Partial<RunRecord> = {}): RunRecord => ({
  folder: '/w/.vae/runs/a',
  name: 'a',
  about: NO_ABOUT,
  config: config(),
  outcome: 'finished',
  message: '',
  lowerLearningRate: null,
  usedImages: config().data.count,
  lastRow: null,
  unreadMetrics: 0,
  remote: null,
  best: {
    type: 'validation',
    step: 10,
    samples: 1000,
    seconds: 1,
    epoch: 1,
    elbo: -104.26,
    reconstruction: -80,
    kl: 24.26,
    klPerDimension: [],
  },
  checkpoints: [10],
  ...change,
});
const item = (of: RunRecord | null, live = status(), alive = false) =>
  runItem(
    {
      damage: '',
      folderName: 'a',
      record: of,
      live: alive ? live : null,
      isEngine: alive,
      remote: of?.remote ?? null,
      responding: true,
      current: false,
      now: new Date('2026-01-02T05:04:05Z'),
      language: 'en',
    },
    t,
  );

describe('outcomeOf', () => {
  it('believes a live engine before the folder', () => {
    expect(outcomeOf(record({ outcome: 'interrupted' }), status())).toBe('running');
    expect(outcomeOf(record({ outcome: 'running' }), status({ state: 'failed' }))).toBe('failed');
    expect(outcomeOf(record({ outcome: 'interrupted' }), null)).toBe('interrupted');
    expect(outcomeOf(null, null)).toBe('running');
  });
});

describe('runItem', () => {
  it('says which cluster trains a run, or has lost it, until it has ended', () => {
    const on = (state: RemoteState, outcome: RunOutcome) =>
      item(record({ outcome, remote: remoteRun({ state }), best: null }));
    expect(on('waiting', 'running')).toMatchObject({ icon: 'cloud', description: 'waiting on lab' });
    expect(on('running', 'running')).toMatchObject({ icon: 'cloud', description: 'training on lab' });
    expect(on('lost', 'interrupted')).toMatchObject({
      icon: 'warning',
      description: 'lost by lab · 2 hours ago',
    });
    expect(on('failed', 'failed')).toMatchObject({
      icon: 'error',
      description: 'failed on lab · 2 hours ago',
    });
    expect(on('ended', 'finished')).toMatchObject({ icon: 'pass', description: 'finished · 2 hours ago' });
    // One that this window follows.
    const far = record({ outcome: 'running', remote: remoteRun({ state: 'running' }), best: null });
    const followed = (state: RunState) =>
      runItem(
        {
          ...{ damage: '', folderName: 'a', record: far, remote: far.remote, isEngine: false },
          live: status({ state, samples: 500, totalSamples: 1000, trainBound: -90, validationBound: null }),
          ...{ responding: true, current: false, now: new Date(0), language: 'en' },
        },
        t,
      );
    expect(followed('training')).toMatchObject({
      ...{ icon: 'cloud', context: 'run.remote', description: '−90.0 nats · training on lab · 50 %' },
    });
    expect(followed('stopping').description).toContain('stopping on lab');
    // One that goes on here.
    const here = item(record({ remote: remoteRun({ state: 'ended' }) }), status(), true);
    expect(here.icon).toBe('sync~spin');
  });

  it('tells state, best bound and age of an ended run', () => {
    expect(item(record())).toMatchObject({
      label: 'digits-fast',
      description: '−104.3 nats · finished · 2 hours ago',
      context: 'run.finished',
    });
    expect(item(record({ outcome: 'interrupted' }))).toMatchObject({ context: 'run.ended', icon: 'warning' });
  });

  it('tells the progress of a live run', () => {
    expect(item(record({ outcome: 'running' }), status(), true)).toMatchObject({
      description: '−104.3 nats · training · 25 %',
      context: 'run.training',
    });
    expect(item(record(), status({ state: 'paused' }), true).context).toBe('run.paused');
    expect(
      item(null, status({ state: 'preparing', validationBound: null, trainBound: null }), true),
    ).toMatchObject({
      label: 'a',
      description: 'preparing',
    });
  });

  it('shows the name, tags and notes that a person wrote', () => {
    const about = {
      name: '20260102-030405-x',
      notes: '\n  Too large.\nNext: half the step size\n',
      tags: ['a', 'b c'],
    };
    const { label, description, tooltip } = item(record({ about }));
    expect(label).toBe('20260102-030405-x');
    expect(description).toBe('−104.3 nats · finished · 2 hours ago · a, b c · Too large.');
    expect(tooltip.split('\n')).toEqual([
      '20260102-030405-x',
      'a',
      expect.stringContaining('1,000 images of digits') as string,
      'Tags: a, b c',
      'Too large.',
      'Next: half the step size',
    ]);
  });

  it('cuts long notes', () => {
    const lines = Array.from({ length: 40 }, (_, i) => `line ${i}`);
    const many = item(record({ about: { ...NO_ABOUT, notes: lines.join('\n') } }));
    expect(many.tooltip.split('\n').slice(-2)).toEqual(['line 14', '…']);
    const { description, tooltip } = item(record({ about: { ...NO_ABOUT, notes: 'x'.repeat(20_000) } }));
    expect(description).toMatch(/ · x{59}…$/);
    expect(tooltip.length).toBeLessThan(1200);
  });

  it('shows hostile names as text', () => {
    const hostile = '$(bug)\u202Ex';
    const about = { name: hostile, notes: hostile, tags: [hostile] };
    const { label, description, tooltip } = item(record({ about }));
    expect(label).toBe('$ (bug)\\u{202e}x');
    expect(description).toMatch(/\$ \(bug\)\\u\{202e\}x · \$ \(bug\)\\u\{202e\}x$/);
    expect(tooltip).not.toMatch(/\$\(bug\)|\u202e/);
    expect(item(record({ config: config({ name: '$(bug)\n\u202Ex' }) })).label).toBe('$ (bug)\\n\\u{202e}x');
  });
});

describe('runView', () => {
  it('hides nothing: name, dataset and the label of every bound', () => {
    const view = runView('/w/.vae/runs/a', record(), null, t);
    expect(view).toMatchObject({ outcome: 'finished', live: null, latent: 20, preset: 'fast' });
    expect(view.dataset).toBe('digits, 1,000 images of 28 × 28');
    expect(view.boundLabel).not.toBe('');
  });
});
