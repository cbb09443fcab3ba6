import { useState } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { ClassEffect } from './class-effect';
import { DirectionSlider } from './direction-slider';
import { endsText, originText, verdictOf } from './direction-text';
import { useSought } from '../shared/ui/use-sought';
import type { ShownDirection } from './direction-text';
import type { DirectionsModel } from './directions-model';
import { ScoreTable } from './score-table';

interface DirectionViewProps {
  readonly session: RunSession;
  readonly model: DirectionsModel;
  readonly direction: ShownDirection;
}

/** One direction: the slider that moves a point along it, what it is worth, and its name. */
export function DirectionView({ session, model, direction }: DirectionViewProps) {
  const isNew = direction.file === '';
  const origin = originText(direction);
  const place = useSought(session, 'direction', true);
  return (
    <div ref={place} class="direction-body">
      <h3>{isNew ? endsText(direction) : direction.name}</h3>
      <p aria-live="polite">{verdictOf(direction)}</p>
      <div class="direction-parts">
        <div class="direction-move">
          <DirectionSlider session={session} model={model} direction={direction} />
        </div>
        <div class="direction-worth">
          {direction.score && <ScoreTable score={direction.score} />}
          <ClassEffect session={session} direction={direction} />
          <p class="quiet">{isNew ? origin : t('{0}. {1}', endsText(direction), origin)}</p>
          {/* A new form for each direction: an effect that set the name would run late, over what was typed by then. */}
          {isNew && <NameForm key={direction} model={model} direction={direction} />}
        </div>
      </div>
    </div>
  );
}

function NameForm({ model, direction }: Omit<DirectionViewProps, 'session'>) {
  const [name, setName] = useState(direction.name);
  return (
    <div class="buttons">
      <input
        type="text"
        class="direction-name"
        maxLength={200}
        aria-label={t('Name')}
        value={name}
        onInput={({ currentTarget }) => setName(currentTarget.value)}
      />
      <Button onClick={() => void model.save(name)}>{t('Save')}</Button>
    </div>
  );
}
