import { count } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { ErrorText } from '../../shared/ui/notice';
import { t } from '../../shared/l10n';
import { mapOf } from '../data/map-model';

/** The tags (named sets of images), and the images excluded from the next training. */
export function TagList({ session }: { readonly session: RunSession }) {
  const { runTags } = mapOf(session);
  const tags = runTags.list.value;
  const excluded = runTags.excluded.value;
  return (
    <>
      <ErrorText text={runTags.trouble.value} />
      {(tags.length > 0 || excluded.length > 0) && (
        <ul class="map-tags" aria-label={t('Tags')}>
          {tags.map(({ name, ids }) => (
            <Line
              key={name}
              session={session}
              name={name}
              ids={ids}
              label={t('remove')}
              title={t('Remove the tag {0}', name)}
              onUndo={() => void runTags.remove(name)}
            />
          ))}
          {excluded.length > 0 && (
            <Line
              session={session}
              name={t('excluded from the next training')}
              ids={excluded}
              label={t('Undo')}
              title={t('Train with these images again')}
              onUndo={() => void runTags.includeAgain()}
            />
          )}
        </ul>
      )}
    </>
  );
}

interface LineProps {
  readonly session: RunSession;
  readonly name: string;
  readonly ids: readonly string[];
  readonly label: string;
  readonly title: string;
  readonly onUndo: () => void;
}

/** A named set, which can be selected and taken away. */
function Line({ session, name, ids, label, title, onUndo }: LineProps) {
  return (
    <li>
      <button
        type="button"
        class="link"
        title={t('Selects these images')}
        onClick={() => session.selection.set(ids)}
      >
        {name}
      </button>
      <span class="quiet">{count(ids.length)}</span>
      <button type="button" class="map-only" aria-label={title} onClick={onUndo}>
        {label}
      </button>
    </li>
  );
}
