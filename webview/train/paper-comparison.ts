import { compareWithPaper, differenceText } from '../../src/paper/compare';
import { paperCurve } from '../../src/paper/curve';
import type { PaperPanel } from '../../src/paper/setting';
import type { ValidationRow } from '../../src/domain/metrics';
import { count } from '../shared/format';
import type { Reference } from '../shared/charts/reference';
import { t } from '../shared/l10n';

/** Returns the curves of Figure 2 as chart references; the paper's test curve is compared with the validation split. */
export function paperReferences({ latent, method }: PaperPanel): Reference[] {
  return (['train', 'test'] as const).flatMap((split) => {
    const curve = paperCurve(latent, split, method);
    if (curve === null) return [];
    return [
      { split: split === 'test' ? 'validation' : 'train', samples: curve.samples, values: curve.bounds },
    ];
  });
}

/** Describes in a sentence how the validation bound compares with the paper's test curve at the same number of samples. */
export function paperVerdict({ latent, method }: PaperPanel, row: ValidationRow | undefined): string {
  const comparison =
    row && Number.isFinite(row.elbo) ? compareWithPaper(latent, row.samples, row.elbo, method) : null;
  if (row === undefined || comparison === null)
    return t('No validation bound to compare with the paper yet.');
  const place = t('At {0} samples: validation bound {1}', count(row.samples), tenths(row.elbo));
  const curve = method === 'aevb' ? t('the paper’s test curve') : t('the paper’s {0} test curve', method);
  switch (comparison.at) {
    case 'inside': {
      const { paper, difference } = comparison;
      return `${place}, ${curve} ${tenths(paper)} (${differenceText(difference)}).`;
    }
    case 'before':
      return t('{0}; {1} begins at {2} samples.', place, curve, count(comparison.edge));
    case 'after':
      return t('{0}; {1} ends at {2} samples.', place, curve, count(comparison.edge));
  }
}

/** Formats with one decimal, the precision to which the figure was digitised. */
function tenths(value: number): string {
  return value.toFixed(1).replace('-', '\u2212');
}
