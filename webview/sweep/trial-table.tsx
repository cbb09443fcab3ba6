import '../shared/ui/safe-text';
import type { SweepTrial } from '../../src/domain/sweep';
import type { SweepPage } from '../../src/protocol/sweep';
import { count, duration, nats } from '../shared/format';
import { t } from '../shared/l10n';
import { Button } from '../shared/ui/widgets';
import { valueText } from './axes';
import { stateText } from './columns';
import { importanceName } from './importance-name';
import type { SweepModel } from './model';

interface Props {
  readonly model: SweepModel;
  readonly page: SweepPage;
}

/** The trials within all ranges as a table, sorted by the column whose head was pressed. */
export function TrialTable({ model, page }: Props) {
  const listed = model.listed.value;
  const k = page.trials.find(({ ranking }) => ranking !== null)?.ranking;
  const columns = [
    ['rank', t('Rank')],
    ['run', t('Run')],
    ['state', t('State')],
    ...page.settings.map((setting) => [setting, setting] as const),
    ['bound', t('Validation bound')],
    ['ranking', k ? importanceName(k.k) : t('Importance-weighted bound')],
    ['samples', t('Samples')],
    ['seconds', t('Time')],
  ] as const;
  const isPart = model.brushes.value.size > 0;
  return (
    <section aria-label={t('Trials')}>
      <div class="section-head">
        <h2>{t('Trials')}</h2>
        <span class="quiet" role="status">
          {isPart ? t('{0} of {1} shown', count(listed.length), count(page.trials.length)) : ''}
        </span>
        {isPart && <Button onClick={model.clearBrushes}>{t('Show All')}</Button>}
      </div>
      <div class="table-wide" tabIndex={0} role="group" aria-label={t('Trials')}>
        <table class="numbers trials">
          <thead>
            <tr>
              <th scope="col">
                <span class="hidden-text">{t('Selected')}</span>
              </th>
              {columns.map(([name, label]) => (
                <Head key={name} model={model} name={name} label={label} />
              ))}
            </tr>
          </thead>
          <tbody>
            {listed.map((trial) => (
              <Row key={trial.number} model={model} page={page} trial={trial} />
            ))}
          </tbody>
        </table>
      </div>
      <p class="quiet">
        {t('Bounds in nats per image on the validation split, higher is better.')}
        {k
          ? ` ${t('{0}: the importance-weighted bound of {1} draws for each of {2} images; it ranks the trials.', importanceName(k.k), count(k.k), count(k.images))}`
          : ''}
      </p>
    </section>
  );
}

function Head({
  model,
  name,
  label,
}: {
  readonly model: SweepModel;
  readonly name: string;
  readonly label: string;
}) {
  const { sortBy, descending } = model.state.value;
  const isSorted = sortBy === name;
  const order = descending ? 'descending' : 'ascending';
  const isText = name === 'run' || name === 'state';
  return (
    <th scope="col" class={isText ? undefined : 'number'} aria-sort={isSorted ? order : 'none'}>
      <button type="button" class="sort" title={t('Sort by {0}', label)} onClick={() => model.sort(name)}>
        {label}
        <span aria-hidden="true">{isSorted ? (descending ? ' ▾' : ' ▴') : ''}</span>
      </button>
    </th>
  );
}

function Row({ model, page, trial }: Props & { readonly trial: SweepTrial }) {
  const { number, run, rank, state, values, bound, ranking, samples, seconds, reason } = trial;
  const isSelected = model.state.value.selected.includes(number);
  const hasRun = state !== 'waiting';
  const error = ranking?.standardError ?? null;
  return (
    <tr class={isSelected ? 'selected' : undefined}>
      <td>
        <input
          type="checkbox"
          aria-label={t('Select {0}', run)}
          checked={isSelected}
          disabled={!hasRun}
          onChange={() => model.toggle(number)}
        />
      </td>
      <td class="number">{rank ?? '–'}</td>
      <th scope="row">
        {hasRun ? (
          <button
            type="button"
            class="link"
            title={t('Open {0}', run)}
            onClick={() => model.call('openTrial', { trial: number })}
          >
            {run}
          </button>
        ) : (
          run
        )}
      </th>
      <td>
        {stateText(state)}
        {reason !== '' && <p class="reason">{reason}</p>}
      </td>
      {page.settings.map((setting) => (
        <td key={setting} class="number">
          {valueText(values[setting] ?? '–')}
        </td>
      ))}
      <td class="number">{nats(bound)}</td>
      <td class="number" title={error === null ? '' : t('standard error {0}', error.toFixed(2))}>
        {nats(ranking?.logLikelihood)}
      </td>
      <td class="number">{count(samples)}</td>
      <td class="number">{seconds > 0 ? duration(seconds) : '–'}</td>
    </tr>
  );
}
