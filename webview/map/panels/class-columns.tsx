import { useState } from 'preact/hooks';
import { MAX_CLASS_COLUMNS } from '../../../src/protocol/classifier';
import type { RunSession } from '../../shared/run-session';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { Chip } from './filter-chips';

/** Names that are offered while one is typed: a list of thousands would take seconds to open. */
const MAX_OFFERED_CLASSES = 50;
const LIST = 'classes-by-name';

interface ClassColumnsProps {
  readonly session: RunSession;
  /** Names of the classifier's classes. */
  readonly names: readonly string[];
}

/** Of many classes only the most frequent have a column of the map: gives one to others, by name, and colours by it. */
export function ClassColumns({ session, names }: ClassColumnsProps) {
  const [text, setText] = useState('');
  if (names.length <= MAX_CLASS_COLUMNS) return null;
  const { state } = session;
  const { mapClasses } = state.value;
  const wanted = text.trim().toLowerCase();
  const offered = wanted === '' ? [] : names.filter((name) => name.toLowerCase().includes(wanted));
  const chosen =
    names.find((name) => name.toLowerCase() === wanted) ?? (offered.length === 1 ? offered[0] : undefined);
  const add = (): void => {
    if (chosen === undefined) return;
    const classes = [...mapClasses.filter((name) => name !== chosen), chosen].slice(-MAX_CLASS_COLUMNS);
    state.update({ mapClasses: classes, mapColour: `field:probability: ${chosen}` });
    setText('');
  };
  return (
    <div class="map-class-columns">
      <div class="buttons">
        <input
          class="map-search"
          list={LIST}
          value={text}
          aria-label={t('Class by name')}
          placeholder={t('Class by name')}
          title={t(
            'The {0} most frequent classes have a column of the map; others get one here',
            MAX_CLASS_COLUMNS,
          )}
          onInput={({ currentTarget }) => setText(currentTarget.value)}
          onKeyDown={({ key }) => key === 'Enter' && add()}
        />
        <datalist id={LIST}>
          {offered.slice(0, MAX_OFFERED_CLASSES).map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <Button disabled={chosen === undefined} onClick={add}>
          {t('Add Column')}
        </Button>
      </div>
      {mapClasses.length > 0 && (
        <div class="map-chips">
          {mapClasses.map((name) => (
            <Chip
              key={name}
              text={name}
              onRemove={() => state.update({ mapClasses: mapClasses.filter((each) => each !== name) })}
            />
          ))}
        </div>
      )}
    </div>
  );
}
