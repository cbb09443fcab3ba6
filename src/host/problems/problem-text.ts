import type { CheckFinding } from '../../protocol/schemas/checked';
import { plainName, plainText } from '../format';
import type { Translate } from '../format';

/** Says what was found on an image, in a sentence without its end. */
export function problemText(finding: CheckFinding, t: Translate): string {
  const { rule, other = '', difference = 0, error = 0, deviations = 0, message } = finding;
  switch (rule) {
    case 'duplicate':
      return t('The same image as {0}', plainName(other));
    case 'near-duplicate':
      return t(
        'Nearly the same image as {0}: pixels differ by {1} % of the range',
        plainName(other),
        tenths(100 * difference),
      );
    case 'worst-reconstructed':
      return t(
        'Badly reconstructed: off by {0} % of the range, {1} standard deviations above the mean',
        tenths(100 * error),
        tenths(deviations),
      );
    case 'skipped-file':
      return t('Not used as an image: {0}', plainText(message.replace(/^skipped: /, '')));
  }
}

const tenths = (value: number): string => value.toFixed(1);
