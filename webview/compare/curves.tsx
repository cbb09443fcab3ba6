import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { count, nats } from '../shared/format';
import { useTheme } from '../shared/ui/use-theme';
import { TableHead } from '../shared/ui/table-head';
import { Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { boundsAt, CompareChart } from './chart';
import type { CompareModel } from './model';

interface Cursor {
  /** Null without a cursor. */
  readonly samples: number | null;
  readonly byKeyboard: boolean;
}

/** All curves in one chart, with a table that serves as legend, switches and cursor read-out. */
export function CompareCurves({ model }: { readonly model: CompareModel }) {
  const [cursor, setCursor] = useState<Cursor>({ samples: null, byKeyboard: false });
  const { state } = model;
  const { logAxis, training } = state.value;
  return (
    <section class="compare-curves" aria-label={t('Lower bounds')}>
      <div class="section-head">
        <h2>{t('Lower bounds')}</h2>
        <span class="quiet">{t('nats per datapoint over samples evaluated')}</span>
        <div class="switches">
          <Checkbox checked={logAxis} onChange={(log) => state.update({ logAxis: log })}>
            {t('Log axis')}
          </Checkbox>
          <Checkbox checked={training} onChange={(shown) => state.update({ training: shown })}>
            {t('Training')}
          </Checkbox>
        </div>
      </div>
      <Chart model={model} onCursor={setCursor} />
      <Legend model={model} cursor={cursor} />
    </section>
  );
}

interface ChartProps {
  readonly model: CompareModel;
  readonly onCursor: (cursor: Cursor) => void;
}

function Chart({ model, onCursor }: ChartProps) {
  const place = useRef<HTMLDivElement>(null);
  const [chart] = useState(
    () => new CompareChart((samples, byKeyboard) => onCursor({ samples, byKeyboard })),
  );
  const { view, state } = model;
  const { logAxis, training, hidden } = state.value;
  const { light } = useTheme();
  const shown = model.runs.filter(({ uri }) => !hidden.includes(uri));
  useLayoutEffect(() => {
    place.current!.append(chart.element);
    return () => chart.dispose();
  }, [chart]);
  useLayoutEffect(() => {
    const curves = shown.map(({ uri }) => ({
      history: model.history(uri),
      colour: model.colour(uri, light),
    }));
    chart.show(curves, { logAxis, training });
    const newest = shown.map((run) => `${model.name(run)} ${nats(run.validation?.elbo)}`).join(', ');
    chart.describe(
      t('Curves of the lower bound. Newest on validation: {0} nats. Arrow keys move along them.', newest),
    );
  }, [chart, view, logAxis, training, hidden, light]);
  return <div ref={place} />;
}

function Legend({ model, cursor }: { readonly model: CompareModel; readonly cursor: Cursor }) {
  const { runs, state } = model;
  const { hidden } = state.value;
  const { light } = useTheme();
  const rows = runs.map((run) => ({ run, ...boundsAt(model.history(run.uri), cursor.samples) }));
  // A run that ended earlier has no value here; its last value would be misleading.
  const text = (beyond: boolean, bound: number | undefined): string => (beyond ? t('ended') : nats(bound));
  const where =
    cursor.samples === null ? t('The newest of each run') : t('At {0} samples', count(cursor.samples));
  const said = rows.map(({ beyond, validation }) => text(beyond, validation)).join(', ');
  return (
    <>
      <div class="table-wide">
        <table class="numbers compare-legend">
          <TableHead names={[t('Run'), t('Training (dashed)'), t('Validation')]} />
          <tbody>
            {rows.map(({ run, beyond, train, validation }) => {
              const { uri } = run;
              const others = hidden.filter((each) => each !== uri);
              return (
                <tr key={uri}>
                  <th scope="row">
                    <span
                      class="run-swatch"
                      aria-hidden="true"
                      style={{ background: model.colour(uri, light) }}
                    />
                    <Checkbox
                      checked={!hidden.includes(uri)}
                      onChange={(visible) => state.update({ hidden: visible ? others : [...others, uri] })}
                    >
                      {model.name(run)}
                    </Checkbox>
                  </th>
                  <td>{text(beyond, train)}</td>
                  <td>{text(beyond, validation)}</td>
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
      <p class="quiet" role="status" aria-live={cursor.byKeyboard ? 'polite' : 'off'}>
        {cursor.byKeyboard ? `${where}: ${said}` : where}
      </p>
    </>
  );
}
