import type { DatasetReview } from '../../src/protocol/dataset-review';
import { likelihoodText } from '../../src/text/likelihood-text';
import { count, duration } from '../shared/format';
import { t } from '../shared/l10n';

/** Says what would be trained: preset, size, likelihood. */
export function planText({ preset, report }: DatasetReview): string {
  if (report === null) return '';
  const { plan, examples } = report;
  const colours = examples.channels === 3 ? t('colour') : t('grey');
  return t(
    'Preset {0}: {1} × {2} pixels, {3}; {4}; {5} latent dimensions; {6}.',
    preset,
    examples.width,
    examples.height,
    colours,
    fitText(plan.fit),
    plan.latent,
    likelihoodText(plan.likelihood, t),
  );
}

/** Says how many samples it would take and, once that is measured, how long. */
export function timeText({ report, seconds }: DatasetReview): string {
  if (report === null) return '';
  const { plan } = report;
  const samples = count(plan.samples);
  if (seconds === null) return t('{0} samples.', samples);
  const time = duration(seconds);
  return plan.patience > 0
    ? t(
        'At most about {0} on this machine, for {1} samples; it ends earlier once the bound has settled.',
        time,
        samples,
      )
    : t('About {0} on this machine, for {1} samples.', time, samples);
}

function fitText(fit: string): string {
  if (fit === 'pad') return t('images of another shape are padded');
  return fit === 'stretch'
    ? t('images of another shape are stretched')
    : t('images of another shape are cropped');
}
