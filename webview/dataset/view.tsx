import type { ReadonlySignal } from '@preact/signals';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pictures } from '../../src/domain/pictures';
import type { DatasetReview } from '../../src/protocol/dataset-review';
import { count } from '../shared/format';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { Busy, Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { planText, timeText } from './plan-text';

/** Side of an example in CSS pixels, about. */
const EXAMPLE_PIXELS = 128;

interface DatasetViewProps {
  /** Null until the host has answered. */
  readonly review: ReadonlySignal<DatasetReview | null>;
  /** Why the last call failed; empty if it did not. */
  readonly trouble: ReadonlySignal<string>;
  readonly onTrain: () => void;
  readonly onTrainOnCluster: () => void;
  readonly onCancel: () => void;
}

/** The report on a dataset: warnings first, examples as the model sees them, everything else as a table; and the decision. */
export function DatasetView({ review, trouble, onTrain, onTrainOnCluster, onCancel }: DatasetViewProps) {
  const { name = '', preset = '', report = null, problem = '' } = review.value ?? {};
  const failure = trouble.value !== '' ? trouble.value : problem;
  const lines = report?.lines ?? [];
  const warnings = lines.filter(({ level }) => level === 'warning');
  const actions = useRef<HTMLElement>(null);
  useLayoutEffect(() => {
    // The warnings above stay in view.
    actions.current?.querySelector<HTMLElement>('vscode-button')?.focus({ preventScroll: true });
  }, [review.value]);
  return (
    <main class="dataset">
      <h1>{name}</h1>
      {report === null && failure === '' && <Busy>{t('Reading the images…')}</Busy>}
      <ErrorText text={failure} />
      {warnings.length > 0 && (
        <ul class="warnings" aria-label={t('Warnings')}>
          {warnings.map(({ title, text }) => (
            <li key={`${title} ${text}`}>
              <strong>{title}</strong>
              {` ${text}`}
            </li>
          ))}
        </ul>
      )}
      {review.value !== null && report !== null && (
        <div class="plan">
          <p>{planText(review.value)}</p>
          {/* On a line of its own: it changes once it is measured, and what is below must not move. */}
          <p>{timeText(review.value)}</p>
        </div>
      )}
      {report !== null && report.examples.count > 0 && <Examples examples={report.examples} />}
      <table class="report">
        <tbody>
          {lines
            .filter(({ level }) => level !== 'warning')
            .map(({ title, text }) => (
              <tr key={`${title} ${text}`}>
                <th scope="row">{title}</th>
                <td>{text}</td>
              </tr>
            ))}
        </tbody>
      </table>
      <footer ref={actions}>
        <Button primary disabled={problem !== ''} onClick={onTrain}>
          {preset === '' ? t('Train') : t('Train with the Preset {0}', preset)}
        </Button>
        {review.value?.hasClusters && (
          <Button disabled={problem !== ''} onClick={onTrainOnCluster}>
            {t('Train on a Cluster…')}
          </Button>
        )}
        <Button onClick={onCancel}>{t('Cancel')}</Button>
      </footer>
    </main>
  );
}

function Examples({ examples }: { readonly examples: Pictures }) {
  return (
    <figure class="examples">
      <div class="example-row">
        {Array.from({ length: examples.count }, (_, i) => (
          <Picture
            key={i}
            pictures={examples}
            index={i}
            alt={t('Example {0}', i + 1)}
            width={EXAMPLE_PIXELS}
          />
        ))}
      </div>
      <figcaption class="quiet">
        {t('As the model will see them: {0} × {1} pixels', count(examples.width), count(examples.height))}
      </figcaption>
    </figure>
  );
}
