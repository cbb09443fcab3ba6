import { DirectionsModel } from '../directions/directions-model';
import { HerePane } from '../inspector/here-pane';
import { ImagePane } from '../inspector/image-pane';
import { mapOf } from '../map/data/map-model';
import type { RunSession } from '../shared/run-session';
import { followCards } from '../shared/tray';
import { lazy } from '../shared/ui/lazy';
import { Transport } from '../time/transport';
import { Tray } from '../tray/tray';
import type { WorkbenchParts } from './workbench';

// What a single tab or pane shows is a script of its own: the page can be used before all of them are loaded.
const TrainTab = lazy(async () => (await import('../train/train-tab')).TrainTab);
const MapTab = lazy(async () => (await import('../map/map-tab')).MapTab);
const DimensionsTab = lazy(async () => (await import('../dimensions/dimensions-tab')).DimensionsTab);
const DirectionsTab = lazy(async () => (await import('../directions/directions-tab')).DirectionsTab);
const SamplesTab = lazy(async () => (await import('../samples/samples-tab')).SamplesTab);
const SnapshotPoints = lazy(async () => (await import('../time/snapshot-points')).SnapshotPoints);
const SelectionPane = lazy(async () => (await import('../map/selection/selection-pane')).SelectionPane);
const LAZY = [MapTab, SelectionPane, TrainTab, DimensionsTab, DirectionsTab, SamplesTab, SnapshotPoints];

/** In ms, after the page has begun: by then it can be used. */
const PREPARE_AFTER_MS = 1500;

/** Makes what fills the workbench for a run. */
export function runParts(session: RunSession): WorkbenchParts {
  // A tab that is opened later is there at once, also where the page comes over a slow connection.
  const timer = setTimeout(() => LAZY.forEach((part) => void part.prepare()), PREPARE_AFTER_MS);
  session.atEnd(() => clearTimeout(timer));
  const map = mapOf(session);
  const directions = new DirectionsModel(session);
  followCards(session);
  return {
    tabs: {
      train: <TrainTab session={session} />,
      map: <MapTab session={session} />,
      dimensions: <DimensionsTab session={session} />,
      directions: <DirectionsTab session={session} model={directions} makeMap={() => map.make()} />,
      samples: (
        <>
          <SnapshotPoints session={session} />
          <SamplesTab session={session} />
        </>
      ),
    },
    panes: {
      image: <ImagePane session={session} />,
      selection: <SelectionPane session={session} />,
      here: <HerePane session={session} />,
    },
    tray: <Tray session={session} />,
    transport: <Transport session={session} />,
  };
}
