import { count, duration, nats } from '../shared/format';
import { Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import type { CompareModel } from './model';

type Row = readonly [name: string, values: readonly string[]];

/** What makes the bounds of the runs hard to compare. */
export function Cautions({ model }: { readonly model: CompareModel }) {
  return (
    <div class="cautions">
      {model.view?.cautions.map((text) => (
        <p key={text} class="notice warning" role="note">
          {text}
        </p>
      ))}
    </div>
  );
}

/** The figures of each run, and the settings in which the runs differ. */
export function CompareTables({ model }: { readonly model: CompareModel }) {
  return (
    <div class="compare-tables">
      <Figures model={model} />
      <Settings model={model} />
    </div>
  );
}

function Figures({ model }: { readonly model: CompareModel }) {
  const { runs } = model;
  const facts: readonly Row[] = [
    [t('State'), runs.map(({ outcome }) => outcome)],
    [t('Dataset'), runs.map(({ dataset }) => dataset)],
    [t('Latent dimensions'), runs.map(({ latent }) => (latent > 0 ? count(latent) : '–'))],
    [t('Samples evaluated'), runs.map(({ samples }) => count(samples))],
    [t('Time of training'), runs.map(({ seconds }) => duration(seconds))],
    [t('Best validation ELBO'), runs.map(({ best }) => nats(best?.elbo))],
    [t('Newest validation ELBO'), runs.map(({ validation }) => nats(validation?.elbo))],
    [t('its reconstruction term'), runs.map(({ validation }) => nats(validation?.reconstruction))],
    [t('its KL'), runs.map(({ validation }) => nats(validation?.kl))],
    [t('Newest training ELBO'), runs.map(({ train }) => nats(train?.elbo))],
  ];
  const labels = [...new Set(runs.map(({ label }) => label))];
  const text =
    labels.length === 1 ? labels[0]! : runs.map((run) => `${model.name(run)}: ${run.label}`).join('. ');
  return (
    <section aria-label={t('Figures')}>
      <div class="section-head">
        <h2>{t('Figures')}</h2>
      </div>
      <RunTable model={model} title="" rows={facts} />
      <p class="quiet">{t('Nats per datapoint, higher is better; {0}.', text)}</p>
    </section>
  );
}

function Settings({ model }: { readonly model: CompareModel }) {
  const { view, state } = model;
  const { allSettings } = state.value;
  const settings = view?.settings ?? [];
  const differing = settings.filter(({ differs }) => differs);
  // Differing settings first, then the others, each in the order of the configuration.
  const shown = allSettings ? [...differing, ...settings.filter(({ differs }) => !differs)] : differing;
  return (
    <section aria-label={t('Settings')}>
      <div class="section-head">
        <h2>{t('Settings')}</h2>
        <div class="switches">
          <Checkbox checked={allSettings} onChange={(all) => state.update({ allSettings: all })}>
            {t('All settings')}
          </Checkbox>
        </div>
      </div>
      {shown.length > 0 && (
        <RunTable
          model={model}
          title={t('Setting')}
          rows={shown.map(({ name, values }) => [name, values.map((value) => value ?? '–')])}
          strong={new Set(differing.map(({ name }) => name))}
        />
      )}
      {differing.length === 0 && <p class="quiet">{t('All settings are the same.')}</p>}
    </section>
  );
}

interface RunTableProps {
  readonly model: CompareModel;
  /** Of the first column. */
  readonly title: string;
  readonly rows: readonly Row[];
  /** Names of the rows that stand out. */
  readonly strong?: ReadonlySet<string>;
}

/** A table with a column for each run. */
function RunTable({ model, title, rows, strong }: RunTableProps) {
  return (
    <div class="table-wide">
      <table class="numbers">
        <thead>
          <tr>
            <th scope="col">{title}</th>
            {model.runs.map((run) => (
              <th key={run.uri} scope="col" title={run.name}>
                {model.name(run)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(([name, values]) => (
            <tr key={name} class={strong?.has(name) ? 'differs' : undefined}>
              <th scope="row">{name}</th>
              {values.map((value, i) => (
                <td key={model.runs[i]?.uri}>{value}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
