import { useSignal } from '@preact/signals';
import type { Signal } from '@preact/signals';
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks';
import type { RunToCompare } from '../../src/protocol/compare';
import type { DecodedPoints } from '../../src/protocol/points';
import type { ComparedPoints } from '../../src/protocol/schemas/compare';
import { gridCursor } from '../shared/charts/cursor';
import { coordinate } from '../shared/format';
import { Mosaic, Picture } from '../shared/ui/picture';
import { Select } from '../shared/ui/select';
import { useSeen } from '../shared/ui/use-seen';
import { Button, RadioGroup } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import type { CompareModel } from './model';
import { GRID_SIDE, commonLatent, pointsOf } from './points-question';
import { RunsAnswers } from './runs-answers';

/** The same z decoded by each run; if latent dimensions differ, draws from the prior with the same seed. */
export function ComparePoints({ model }: { readonly model: CompareModel }) {
  const place = useRef<HTMLElement>(null);
  const seen = useSeen(place);
  const answers = useMemo(() => new RunsAnswers<DecodedPoints>(), [model]);
  /** The same cell is marked under each run; null for none. */
  const cell = useSignal<number | null>(null);
  const points = pointsOf(model);
  const question = JSON.stringify([model.key.value, points]);
  const asked = useRef('');
  useLayoutEffect(() => {
    if (!seen || asked.current === question) return;
    asked.current = question;
    cell.value = null;
    answers.ask(
      model.runs.map(({ uri }) => uri),
      (run) => model.client.call('decoded', { run, points }),
    );
  }, [seen, answers, question]);
  return (
    <section ref={place} class="compare-points" aria-label={t('Decoded points')}>
      <div class="section-head">
        <h2>{t('Decoded points')}</h2>
        <Choices model={model} points={points} />
      </div>
      <p class="quiet">{noteOf(points, commonLatent(model))}</p>
      <div class="point-grids">
        {model.runs.map((run) => (
          <RunGrid key={run.uri} model={model} run={run} answers={answers} cell={cell} />
        ))}
      </div>
    </section>
  );
}

function Choices({ model, points }: { readonly model: CompareModel; readonly points: ComparedPoints }) {
  const { state } = model;
  const latent = commonLatent(model);
  const isGrid = 'dimensions' in points;
  const dimensions = Array.from({ length: latent ?? 0 }, (_, d) => ({ value: String(d), label: `z${d}` }));
  return (
    <div class="switches">
      {latent !== null && (
        <RadioGroup
          label={t('What is decoded')}
          choices={[
            { value: 'grid', label: t('Grid') },
            { value: 'samples', label: t('Draws of the prior') },
          ]}
          value={isGrid ? 'grid' : 'samples'}
          onChange={(chosen) => state.update({ points: chosen })}
        />
      )}
      {isGrid &&
        dimensions.length > 2 &&
        (['across', 'up'] as const).map((axis, i) => (
          <Select
            key={axis}
            label={axis === 'across' ? t('Across') : t('Up')}
            choices={dimensions}
            value={String(points.dimensions[i])}
            onChange={(d) => state.update({ [axis]: Number(d) })}
          />
        ))}
      {!isGrid && (
        <Button onClick={() => state.update({ seed: state.value.seed + 1 })}>{t('Draw Again')}</Button>
      )}
    </div>
  );
}

function noteOf(points: ComparedPoints, latent: number | null): string {
  if ('dimensions' in points) {
    const [across, up] = points.dimensions;
    const axes =
      (latent ?? 0) > 2
        ? t('z{0} across and z{1} up, the others at 0', across, up)
        : t('z{0} across and z{1} up', across, up);
    return t(
      'The same z for each run: the unit square through the inverse normal distribution function, {0}. What a dimension means differs between runs.',
      axes,
    );
  }
  const same =
    latent === null
      ? t(
          'The latent spaces are of different sizes, so there are no points in common: draws of the prior with the same seed.',
        )
      : t('The same draws from the prior for each run.');
  return t('{0} Seed {1}.', same, points.seed);
}

interface RunGridProps {
  readonly model: CompareModel;
  readonly run: RunToCompare;
  readonly answers: RunsAnswers<DecodedPoints>;
  readonly cell: Signal<number | null>;
}

/** The points of one run, and the marked one enlarged; without a mark the one in the middle. */
function RunGrid({ model, run, answers, cell }: RunGridProps) {
  const frame = useRef<HTMLDivElement>(null);
  const points = answers.of(run.uri);
  const shown = useRef(points);
  shown.current = points;
  useLayoutEffect(() => {
    const mark = (at: number | null): void => void (cell.value = at);
    gridCursor(frame.current!, () => ({ columns: GRID_SIDE, count: shown.current?.pictures.count ?? 0 }), {
      onCell: mark,
      onPick: mark,
    });
  }, [cell]);
  const marked = cell.value;
  return (
    <div class="point-grid">
      <h3>{model.name(run)}</h3>
      <div
        ref={frame}
        class="mosaic-frame"
        tabIndex={0}
        role="img"
        aria-label={t(
          'Points decoded by {0}. Arrow keys move over them, under all runs at once.',
          model.name(run),
        )}
      >
        {points && <Mosaic pictures={points.pictures} columns={GRID_SIDE} alt="" />}
        {points && marked !== null && <Mark at={marked} count={points.pictures.count} />}
      </div>
      <div class="point-cell">
        {points ? (
          <Point points={points} at={marked ?? Math.floor(points.pictures.count / 2)} />
        ) : (
          <p class="quiet">{answers.trouble(run.uri) || t('Opening the model…')}</p>
        )}
      </div>
    </div>
  );
}

function Mark({ at, count }: { readonly at: number; readonly count: number }) {
  const rows = Math.ceil(count / GRID_SIDE);
  const place = Math.min(at, count - 1);
  return (
    <div
      class="cell-mark"
      style={{
        left: `${((place % GRID_SIDE) / GRID_SIDE) * 100}%`,
        top: `${(Math.floor(place / GRID_SIDE) / rows) * 100}%`,
        width: `${100 / GRID_SIDE}%`,
        height: `${100 / rows}%`,
      }}
    />
  );
}

function Point({ points, at }: { readonly points: DecodedPoints; readonly at: number }) {
  const { z, pictures } = points;
  const index = Math.min(at, pictures.count - 1);
  const latent = z.length / pictures.count;
  const length = Math.hypot(...z.subarray(index * latent, (index + 1) * latent));
  return (
    <>
      <Picture pictures={pictures} index={index} alt={t('The marked point')} class="big" />
      <p class="quiet">{`|z| ${coordinate(length)}`}</p>
    </>
  );
}
