import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { MapSet, MapTag } from '../../src/protocol/map';
import { latestWins } from '../shared/latest-wins';
import type { RunSession } from '../shared/run-session';
import { storableIds } from '../shared/storable-ids';
import { SeedField } from '../shared/ui/seed-field';
import { Select } from '../shared/ui/select';
import { Busy, Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { chosenSet, componentOf, setChoices, shownChoice } from './direction-sets';
import type { SetSources } from './direction-sets';
import type { DirectionsModel } from './directions-model';

interface DirectionFormProps {
  readonly session: RunSession;
  readonly model: DirectionsModel;
  readonly set: MapSet;
}

/** Chooses two sets of images and makes the direction from one to the other. */
export function DirectionForm({ session, model, set }: DirectionFormProps) {
  const [tags, pullTags] = useTags(session, set);
  const [seed, setSeed] = useState(0);
  const sides = [useSide(session, 'From', set, tags), useSide(session, 'To', set, tags)] as const;
  const [from, to] = sides;
  const component = componentOf(from.value);
  const making = model.making.value;

  const make = (): void => {
    if (component !== null)
      return void model.make({ component }, { from: t('principal component {0}', component + 1), to: '' });
    const a = chosenSet(from.value, from.sources);
    const b = chosenSet(to.value, to.sources);
    if (a === null || b === null) return;
    // What is selected later does not change what was made.
    for (const side of sides) if (side.value === 'selection') side.choose('selection');
    void model.make({ a: a.set, b: b.set, seed }, { from: a.words, to: b.words });
  };
  return (
    <div class="direction-maker" onFocusIn={pullTags}>
      <div class="switches">
        <Select label={t('From')} choices={from.choices} value={from.value} onChange={from.choose} />
        {component === null && (
          <>
            <Select label={t('To')} choices={to.choices} value={to.value} onChange={to.choose} />
            <SeedField seed={seed} onChange={setSeed} />
          </>
        )}
        <Button primary disabled={making !== null || from.value === ''} onClick={make}>
          {t('Make Direction')}
        </Button>
        {making && <Button onClick={() => making.abort()}>{t('Cancel')}</Button>}
      </div>
      {making && <Busy>{t('Fitting and scoring…')}</Busy>}
    </div>
  );
}

/** One of the two sets: what it can be, what it is, and how it is chosen. */
function useSide(session: RunSession, side: 'From' | 'To', set: MapSet, tags: readonly MapTag[]) {
  const { state } = session;
  const [choice, idsChoice] = [`direction${side}`, `direction${side}Ids`] as const;
  // Sets that are too large to be kept with the view's state last as long as the form.
  const large = useRef<readonly string[] | null>(null);
  const selected = session.selection.ids.value;
  const sources: SetSources = { set, tags, selected, kept: large.current ?? state.value[idsChoice] };
  const choices = setChoices(sources, side === 'From');
  return {
    sources,
    choices,
    value: shownChoice(choices, state.value[choice]),
    choose: (value: string): void => {
      if (value !== 'selection') return state.update({ [choice]: value });
      const kept = storableIds(selected);
      large.current = kept.length === selected.length ? null : selected;
      state.update({ [choice]: 'kept', [idsChoice]: kept });
    },
  };
}

/** The run's tags, pulled when the form is shown and whenever it gets the focus. */
function useTags(session: RunSession, set: MapSet): [tags: readonly MapTag[], pull: () => void] {
  const [tags, setTags] = useState<readonly MapTag[]>([]);
  const pull = useMemo(
    () =>
      latestWins<void>(() =>
        session.client.call('mapTags', {}).then(
          (found) => setTags((known) => (JSON.stringify(known) === JSON.stringify(found) ? known : found)),
          () => undefined,
        ),
      ),
    [session],
  );
  useEffect(pull, [pull, set.key]);
  return [tags, pull];
}
