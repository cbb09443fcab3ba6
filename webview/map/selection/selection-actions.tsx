import { useState } from 'preact/hooks';
import { MAX_WAYPOINTS } from '../../../src/protocol/latent';
import { MAX_OPENED_IMAGES } from '../../../src/protocol/map';
import type { ImageAction } from '../../../src/protocol/map';
import { toFailure } from '../../../src/protocol/rpc';
import { count } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { MAX_STORED_IDS } from '../../shared/storable-ids';
import { Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { mapOf } from '../data/map-model';
import { exportTable } from './export-table';

/** Actions on the selected images. */
export function SelectionActions({ session }: { readonly session: RunSession }) {
  const [said, say] = useState('');
  const { client, selection } = session;
  const ids = selection.ids.value;
  const attempt = async (work: () => Promise<string>): Promise<void> => {
    say('');
    try {
      say(await work());
    } catch (error) {
      say(toFailure(error).message);
    }
  };
  const act = (action: ImageAction) => (): void =>
    void attempt(async () => {
      const { done } = await client.call('actOnImages', { action, ids });
      const { runTags } = mapOf(session);
      if (action === 'tag' && done > 0) await runTags.pullChanged();
      if (action === 'exclude') await runTags.pull();
      return outcome(action, done, ids.length);
    });
  return (
    <>
      <div class="buttons selection-actions">
        <Button title={t('Opens the files of the first {0}', MAX_OPENED_IMAGES)} onClick={act('open')}>
          {ids.length > MAX_OPENED_IMAGES ? t('Open First {0}', MAX_OPENED_IMAGES) : t('Open')}
        </Button>
        <Button title={t('Shows the first one in the file explorer')} onClick={act('reveal')}>
          {t('Reveal')}
        </Button>
        <Button title={t('One path a line')} onClick={act('copyPaths')}>
          {t('Copy Paths')}
        </Button>
        <Button
          title={t('Places, labels, bounds, tags and columns as a table')}
          onClick={() =>
            void attempt(async () => {
              const indices = mapOf(session).data?.indicesAmong(ids) ?? [];
              return (await exportTable(session, indices)) ? t('Exported.') : '';
            })
          }
        >
          {t('Export CSV…')}
        </Button>
        <Button title={t('Keeps them as a named set beside the run')} onClick={act('tag')}>
          {t('Tag…')}
        </Button>
        <Button
          title={t('Excludes them from the next training; the files are not changed')}
          onClick={act('exclude')}
        >
          {t('Exclude')}
        </Button>
        <Button
          title={t('A path through 2 to {0} images, in the order of selection', MAX_WAYPOINTS)}
          disabled={ids.length < 2 || ids.length > MAX_WAYPOINTS}
          onClick={() =>
            void attempt(async () => {
              await client.call('interpolateImages', { ids });
              return '';
            })
          }
        >
          {t('Interpolate')}
        </Button>
        <SetButton session={session} end="from" label={t('Set A of a Direction')} />
        <SetButton session={session} end="to" label={t('Set B of a Direction')} />
        <Button onClick={() => selection.clear()}>{t('Clear')}</Button>
      </div>
      {said !== '' && (
        <p class="quiet" role="status">
          {said}
        </p>
      )}
    </>
  );
}

interface SetButtonProps {
  readonly session: RunSession;
  readonly end: 'from' | 'to';
  readonly label: string;
}

/** Makes the selection one of the two sets that a direction leads from and to, and shows the directions. */
function SetButton({ session, end, label }: SetButtonProps) {
  const ids = session.selection.ids.value;
  const isTooMany = ids.length > MAX_STORED_IDS;
  return (
    <Button
      disabled={isTooMany}
      title={
        isTooMany
          ? t('Of at most {0} images; tag them, and choose the tag instead', count(MAX_STORED_IDS))
          : t('A direction leads from the mean of set A to that of set B')
      }
      onClick={() => {
        session.state.update(
          end === 'from'
            ? { directionFrom: 'kept', directionFromIds: ids }
            : { directionTo: 'kept', directionToIds: ids },
        );
        session.go('directions');
      }}
    >
      {label}
    </Button>
  );
}

function outcome(action: ImageAction, done: number, selected: number): string {
  switch (action) {
    case 'open':
      return done < selected ? t('The first {0} of {1} are opened.', done, count(selected)) : '';
    case 'reveal':
      return '';
    case 'copyPaths':
      return t('{0} paths copied.', count(done));
    case 'tag':
      return done > 0 ? t('{0} images tagged.', count(done)) : '';
    case 'exclude':
      return t('The next training on these images excludes them. The files are not changed.');
    default:
      return action satisfies never;
  }
}
