import { isFileUri } from '../shared/image-key';
import type { RunSession } from '../shared/run-session';
import { isPinned, pin, removeFromTray, unpin } from '../shared/tray';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import type { Inspected } from './inspected';

interface ImageActionsProps {
  readonly session: RunSession;
  readonly inspected: Inspected;
}

/** What can be done with the inspector's image: open or reveal its file, keep it in the tray, find it on the map. */
export function ImageActions({ session, inspected }: ImageActionsProps) {
  const { key } = inspected;
  return (
    <div class="card-foot buttons">
      {isFileUri(key) ? (
        <FileActions session={session} inspected={inspected} />
      ) : (
        <DatasetImageActions session={session} inspected={inspected} />
      )}
      {inspected.state === 'card' && <Button onClick={() => session.go('map')}>{t('Show on Map')}</Button>}
    </div>
  );
}

function FileActions({ session, inspected: { key, state } }: ImageActionsProps) {
  const isKnown = session.cards.some((card) => card.uri === key);
  return (
    <>
      {isKnown && (
        <Button
          onClick={() => void session.attempt('action', () => session.client.call('openImage', { uri: key }))}
        >
          {t('Open Image')}
        </Button>
      )}
      {state === 'card' && (
        <Button title={t('Encode with the newest weights')} onClick={() => session.pullCards()}>
          {t('Encode Again')}
        </Button>
      )}
      {isKnown && (
        <Button onClick={() => void removeFromTray(session, [key])}>{t('Remove from Tray')}</Button>
      )}
    </>
  );
}

function DatasetImageActions({ session, inspected }: ImageActionsProps) {
  const { key } = inspected;
  const { client } = session;
  const hasFile = inspected.state === 'card' && inspected.card.uri !== null;
  const pinned = isPinned(session, key);
  return (
    <>
      {hasFile && (
        <>
          <Button
            onClick={() => void session.attempt('action', () => client.call('openMapImage', { id: key }))}
          >
            {t('Open Image')}
          </Button>
          <Button
            title={t('Shows the file in the file explorer')}
            onClick={() =>
              void session.attempt('action', () =>
                client.call('actOnImages', { action: 'reveal', ids: [key] }),
              )
            }
          >
            {t('Reveal')}
          </Button>
        </>
      )}
      {(pinned || inspected.state === 'card') && (
        <Button
          title={pinned ? t('Takes it out of the tray') : t('Keeps it in the tray')}
          onClick={() => (pinned ? unpin(session, [key]) : pin(session, key))}
        >
          {pinned ? t('Unpin') : t('Pin')}
        </Button>
      )}
    </>
  );
}
