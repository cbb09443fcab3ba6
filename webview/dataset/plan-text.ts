import type { DatasetReview } from '../../src/protocol/dataset-review';
import { likelihoodText } from '../../src/text/likelihood-text';
import { count, duration } from '../shared/format';
import { t } from '../shared/l10n';

/** Says what would be trained: preset, size, likelihood and, once it is measured, the time. */
export function planText({ preset, report, seconds }: DatasetReview): string {
  if (report === null) return '';
  const { plan, examples } = report;
  const colours = examples.channels === 3 ? t('colour') : t('grey');
  const what = t(
    'Preset {0}: {1} × {2} pixels, {3}; {4}; {5} latent dimensions; {6}.',
    preset,
    examples.width,
    examples.height,
    colours,
    fitText(plan.fit),
    plan.latent,
    likelihoodText(plan.likelihood, t),
  );
  const samples = count(plan.samples);
  if (seconds === null) return `${what} ${t('{0} samples.', samples)}`;
  const time = duration(seconds);
  return plan.patience > 0
    ? `${what} ${t('At most about {0} on this machine, for {1} samples; it ends earlier once the bound has settled.', time, samples)}`
    : `${what} ${t('About {0} on this machine, for {1} samples.', time, samples)}`;
}

function fitText(fit: string): string {
  if (fit === 'pad') return t('images of another shape are padded');
  return fit === 'stretch'
    ? t('images of another shape are stretched')
    : t('images of another shape are cropped');
}
