import type { ComponentChildren } from 'preact';
import type { Bound } from '../../src/domain/metrics';
import { count, nats } from '../shared/format';
import { rowAt } from '../shared/metric-history';
import type { MetricHistory } from '../shared/metric-history';
import type { RunSession } from '../shared/run-session';
import { Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { Swatch } from './swatch';

interface ReadOutProps {
  /** The history is read of it, not passed: it is one object that grows, and a component with equal properties is not drawn again. */
  readonly session: RunSession;
  /** Step whose values are shown; null for the newest. */
  readonly step: number | null;
  /** Whether screen readers are told the values. */
  readonly announce: boolean;
}

/** Legend, switches and values in a table: the newest values, or those at a step. */
export function ReadOut({ session, step, announce }: ReadOutProps) {
  const { history, state } = session;
  const at = step ?? history.lastStep;
  const train = rowAt(history.train, at);
  const validation = rowAt(history.validation, at);
  const { reconstruction, kl } = state.value;
  const row = (quantity: keyof Bound, label: ComponentChildren) => (
    <tr class={quantity}>
      <th scope="row">{label}</th>
      <td class="number">{nats(train?.[quantity])}</td>
      <td class="number">{nats(validation?.[quantity])}</td>
    </tr>
  );
  return (
    <div class="read-out">
      <table>
        <thead>
          <tr>
            <td />
            <th scope="col">
              <Swatch kind="train" />
              {t('Training')}
            </th>
            <th scope="col">
              <Swatch kind="validation" />
              {t('Validation')}
            </th>
          </tr>
        </thead>
        <tbody>
          {row('elbo', 'ELBO')}
          {row(
            'reconstruction',
            <>
              <Checkbox
                checked={reconstruction}
                onChange={(shown) => state.update({ reconstruction: shown })}
              >
                {t('Reconstruction')}
              </Checkbox>
              <Swatch kind="dashed" />
            </>,
          )}
          {row(
            'kl',
            <Checkbox checked={kl} onChange={(shown) => state.update({ kl: shown })}>
              KL
            </Checkbox>,
          )}
        </tbody>
      </table>
      <div class="read-out-place" role="status" aria-live={announce ? 'polite' : 'off'}>
        {placeText(history, step)}
        {announce && `: ${t('ELBO training {0}, validation {1}', nats(train?.elbo), nats(validation?.elbo))}`}
      </div>
    </div>
  );
}

function placeText({ train, validation, lastStep }: MetricHistory, step: number | null): string {
  const at = step ?? lastStep;
  const validated = rowAt(validation, at);
  const [newest] = [rowAt(train, at), validated]
    .filter((row) => row !== undefined)
    .sort((a, b) => b.step - a.step);
  if (newest === undefined) return t('No rows yet');
  const [samples, newestStep] = [count(newest.samples), count(newest.step)];
  const place =
    step === null
      ? t('Newest: {0} samples · step {1}', samples, newestStep)
      : t('{0} samples · step {1}', samples, newestStep);
  return validated === undefined ? place : `${place} · ${t('epoch {0}', count(validated.epoch))}`;
}
