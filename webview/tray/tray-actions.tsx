import { MAX_WAYPOINTS } from '../../src/protocol/latent';
import { isFileUri } from '../shared/image-key';
import type { ImageKey } from '../shared/image-key';
import type { RunSession } from '../shared/run-session';
import { removeFromTray } from '../shared/tray';
import type { TrayItem } from '../shared/tray';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';

interface TrayActionsProps {
  readonly session: RunSession;
  readonly items: readonly TrayItem[];
  /** In the order of choice. */
  readonly chosen: readonly ImageKey[];
}

/** What can be made of the chosen images. */
export function TrayActions({ session, items, chosen }: TrayActionsProps) {
  const { length } = chosen;
  return (
    <div class="tray-actions buttons">
      {length === 0 && (
        <span class="quiet tray-hint">
          {t('Choose one to explore around it, two or more for a path, three for an analogy or a plane.')}
        </span>
      )}
      {length === 1 && <Button onClick={() => exploreAround(session, chosen[0]!)}>{t('Around')}</Button>}
      {length >= 2 && (
        <Button
          title={t('Path through {0} images, in the order of choice', length)}
          disabled={length > MAX_WAYPOINTS}
          onClick={() => showPath(session, chosen)}
        >
          {t('Path')}
        </Button>
      )}
      {length === 3 && session.run.latent > 0 && (
        <>
          <Button
            title={t('The first is to the second as the third is to …')}
            onClick={() => {
              session.state.update({ analogy: chosen });
              session.go('directions', 'analogy');
            }}
          >
            {t('Analogy')}
          </Button>
          {session.run.latent > 2 && (
            <Button
              title={t('The plane through the three images')}
              onClick={() => {
                session.state.update({ surface: 'plane', through: chosen });
                session.go('samples');
              }}
            >
              {t('Plane')}
            </Button>
          )}
        </>
      )}
      {length > 0 && (
        <Button onClick={() => session.state.update({ trayChosen: [] })}>{t('Choose None')}</Button>
      )}
      <Button
        title={t('Takes all images out of the tray; no file is deleted')}
        onClick={() => {
          const keys = items.map(({ key }) => key);
          void removeFromTray(session, keys);
        }}
      >
        {t('Clear')}
      </Button>
    </div>
  );
}

function exploreAround(session: RunSession, key: ImageKey): void {
  session.inspector.showImage(key);
  session.state.update({ around: 'image' });
  session.go('dimensions');
}

function showPath(session: RunSession, chosen: readonly ImageKey[]): void {
  const images = chosen.map((key) => (isFileUri(key) ? { uri: key } : { id: key }));
  void session.attempt('action', () => session.client.call('interpolateTray', { images }));
}
