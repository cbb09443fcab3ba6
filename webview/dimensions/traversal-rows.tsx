import { useRef, useState } from 'preact/hooks';
import type { Traversals } from '../../src/protocol/engine';
import type { Ranking } from '../shared/activity';
import { count } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import type { PointClasses } from '../shared/classified-points';
import { ClassLegend } from '../shared/ui/class-legend';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import type { Edits } from './edits';
import { classesOfRow } from './traversal-classes';
import { TraversalRow } from './traversal-row';
import type { RowEvents } from './traversal-row';

/** Rows shown until all are asked for. */
const INITIAL_ROWS = 8;

/** Returns the dimensions with visible rows, in display order. */
export function shownDimensions({ state }: RunSession, { active, dead }: Ranking): readonly number[] {
  const { allDimensions, deadOpen } = state.value;
  return [...(allDimensions ? active : active.slice(0, INITIAL_ROWS)), ...(deadOpen ? dead : [])];
}

interface TraversalRowsProps extends RowEvents {
  readonly session: RunSession;
  readonly ranking: Ranking;
  /** Dimensions of the traversals. */
  readonly dimensions: readonly number[];
  readonly traversals: Traversals;
  readonly point: Float32Array;
  readonly edits: Edits;
  readonly classes: PointClasses;
}

/** The traversals by descending KL; dead dimensions are greyed and folded at the end. */
export function TraversalRows(props: TraversalRowsProps) {
  const { session, dimensions, traversals, point, edits, classes, onInput, onChange } = props;
  const { state, kl } = session;
  const [inUse, setInUse] = useState(false);
  const arranged = useRef(props.ranking);
  // An order that changes while a slider is in use is applied afterwards: a row that moves would lose the focus.
  if (!inUse) arranged.current = props.ranking;
  const { active, dead } = arranged.current;
  const { allDimensions, deadOpen } = state.value;
  const values = kl?.klPerDimension;
  const limit = values === undefined ? 0 : Math.max(1e-9, ...Array.from(values, (value) => value || 0));
  const frames = traversals.values.length / Math.max(1, dimensions.length);

  const row = (d: number) => {
    const at = dimensions.indexOf(d);
    const own = values?.[d];
    return (
      <TraversalRow
        key={d}
        dimension={d}
        kl={own}
        share={own === undefined ? 0 : Math.max(0, own / limit)}
        dead={dead.includes(d)}
        value={point[d]!}
        edited={edits.get(d) !== undefined}
        pictures={traversals.pictures}
        first={at * frames}
        classes={
          classes.isAttached
            ? classes.points && (at < 0 ? null : classesOfRow(classes.points, at * frames, frames))
            : undefined
        }
        values={at < 0 ? null : traversals.values.subarray(at * frames, (at + 1) * frames)}
        onInput={onInput}
        onChange={onChange}
      />
    );
  };
  return (
    <div
      class="traversal-rows"
      onFocusIn={({ target }) => setInUse(isSlider(target))}
      onFocusOut={({ relatedTarget }) => setInUse(isSlider(relatedTarget))}
    >
      {classes.points && (
        <div class="traversal-classes">
          <p class="quiet">
            {t('Below each row: the probabilities of classes, from 0 to 1, by the classifier')}
          </p>
          <ClassLegend points={classes.points} />
        </div>
      )}
      <ul class="traversals">{(allDimensions ? active : active.slice(0, INITIAL_ROWS)).map(row)}</ul>
      {!allDimensions && active.length > INITIAL_ROWS && (
        <Button onClick={() => state.update({ allDimensions: true })}>
          {t('Show All {0} Active', count(active.length))}
        </Button>
      )}
      {dead.length > 0 && (
        <details
          class="dead-dimensions"
          open={deadOpen}
          onToggle={({ currentTarget: { open } }) => open !== deadOpen && state.update({ deadOpen: open })}
        >
          <summary>{dead.length === 1 ? t('1 dead dimension: {0}', dead[0]!) : deadText(dead)}</summary>
          <ul class="traversals">{deadOpen && dead.map(row)}</ul>
        </details>
      )}
    </div>
  );
}

const isSlider = (target: EventTarget | null): boolean =>
  target instanceof HTMLInputElement && target.closest('.traversal') !== null;

function deadText(dead: readonly number[]): string {
  const named = dead.slice(0, 12).join(', ');
  return t('{0} dead dimensions: {1}{2}', count(dead.length), named, dead.length > 12 ? ', …' : '');
}
