import type { SavedDirection } from '../../src/domain/direction';
import { coordinate } from '../shared/format';
import { ErrorText } from '../shared/ui/notice';
import { t } from '../shared/l10n';
import { endsText } from './direction-text';
import type { DirectionsModel } from './directions-model';

/** The saved directions of the workspace. A direction with other dimensions is disabled, with the reason. */
export function SavedList({ model }: { readonly model: DirectionsModel }) {
  const { directions, damaged } = model.files.value;
  if (directions.length + damaged.length === 0) return null;
  return (
    <div class="saved-directions">
      <h3>{t('Saved directions')}</h3>
      <ul>
        {directions.map((direction) => (
          <SavedLine key={direction.file} model={model} direction={direction} />
        ))}
      </ul>
      {damaged.map((why) => (
        <ErrorText key={why} text={why} />
      ))}
    </div>
  );
}

interface SavedLineProps {
  readonly model: DirectionsModel;
  readonly direction: SavedDirection;
}

function SavedLine({ model, direction }: SavedLineProps) {
  const { name, file, score } = direction;
  const mismatch = model.mismatch(direction);
  const refused = mismatch?.refused === true;
  const effect = score?.effect.value == null ? '' : `d ${coordinate(score.effect.value)}`;
  const ends = endsText(direction) === name ? '' : endsText(direction);
  return (
    <li>
      <button
        type="button"
        class="link"
        aria-pressed={model.shown.value?.file === file}
        disabled={refused}
        onClick={() => model.take(direction)}
      >
        {name}
      </button>
      <span class="quiet">{[ends, effect].filter((text) => text !== '').join('; ')}</span>
      <button
        type="button"
        class="link quiet"
        aria-label={t('Open {0}', name)}
        onClick={() => void model.open(file)}
      >
        {t('open')}
      </button>
      <button
        type="button"
        class="link quiet"
        aria-label={t('Delete {0}', name)}
        onClick={() => void model.remove(file)}
      >
        {t('delete')}
      </button>
      {refused && <span class="quiet misfit">{mismatch.why}</span>}
    </li>
  );
}
