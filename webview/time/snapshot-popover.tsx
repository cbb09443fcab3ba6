import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { Mount } from '../shared/ui/mount';
import { Popover } from '../shared/ui/menu';
import { Checkbox } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { SnapshotMap } from './snapshot-map';

/** A map of the tracked images at the step that is shown, and how the steps are aligned. */
export function SnapshotPopover({ session }: { readonly session: RunSession }) {
  /** Made once for all times that it is opened: each map takes resources of the graphics card. */
  const map = useRef<SnapshotMap | null>(null);
  return (
    <Popover label={t('Where the images were')} button="∴" class="time-popover">
      {() => <SnapshotView session={session} map={(map.current ??= newMap(session))} />}
    </Popover>
  );
}

function newMap({ pictures, state, time }: RunSession): SnapshotMap {
  const map = new SnapshotMap(pictures, {
    chosen: (timeChosen) => {
      state.update({ timeChosen });
      map.choose(timeChosen);
    },
    way: (index) => {
      const id = time.images.peek()?.ids[index];
      return id === undefined ? [] : time.way(id);
    },
  });
  map.choose(state.value.timeChosen);
  return map;
}

function SnapshotView({ session, map }: { readonly session: RunSession; readonly map: SnapshotMap }) {
  const { time, state, run } = session;
  const view = time.view.value;
  const images = time.images.value;
  useEffect(() => {
    time.wantNewest(true);
    return () => time.wantNewest(false);
  }, [time]);
  useLayoutEffect(() => {
    if (view?.places && images !== null) map.show(images, view.places, run.latent, view.step);
  }, [map, view, images]);
  return (
    <>
      {view !== null && view.places === null ? (
        <p class="quiet">{t('The dataset cannot be read, so its images have no places.')}</p>
      ) : (
        <Mount node={map.element} />
      )}
      <Checkbox checked={state.value.timeAlign} onChange={(timeAlign) => state.update({ timeAlign })}>
        {t('Align to the newest')}
      </Checkbox>
    </>
  );
}
