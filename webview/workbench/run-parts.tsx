import { DimensionsTab } from '../dimensions/dimensions-tab';
import { DirectionsModel } from '../directions/directions-model';
import { DirectionsTab } from '../directions/directions-tab';
import { HerePane } from '../inspector/here-pane';
import { ImagePane } from '../inspector/image-pane';
import { mapOf } from '../map/data/map-model';
import { MapTab } from '../map/map-tab';
import { SelectionPane } from '../map/selection/selection-pane';
import { SamplesTab } from '../samples/samples-tab';
import type { RunSession } from '../shared/run-session';
import { followCards } from '../shared/tray';
import { SnapshotPoints } from '../time/snapshot-points';
import { Transport } from '../time/transport';
import { TrainTab } from '../train/train-tab';
import { Tray } from '../tray/tray';
import type { WorkbenchParts } from './workbench';

/** Makes what fills the workbench for a run. */
export function runParts(session: RunSession): WorkbenchParts {
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
