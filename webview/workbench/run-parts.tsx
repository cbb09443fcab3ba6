import { DimensionsSection } from '../dimensions/section';
import { DirectionsSection } from '../directions/section';
import { CardSection } from '../explorer/cards';
import { ManifoldSection } from '../manifold/manifold-section';
import { SamplesSection } from '../manifold/samples-section';
import { MapSection } from '../map/section';
import type { RunSession } from '../shared/run-session';
import { Mount } from '../shared/ui/mount';
import { SnapshotPoints } from '../time/snapshot-points';
import { Transport } from '../time/transport';
import { TrainTab } from '../train/train-tab';
import type { WorkbenchParts } from './workbench';

/** Makes what fills the workbench for a run. */
export function runParts(session: RunSession): WorkbenchParts {
  const { client, state } = session;
  const map = new MapSection(session, client, state);
  const dimensions = new DimensionsSection(session, client, state);
  const explore = (z: Float32Array): void => {
    state.update({ tab: 'dimensions' });
    dimensions.exploreFrom(z);
  };
  const directions = new DirectionsSection(session, client, state, map);
  const showImage = (id: string): void => {
    state.update({ tab: 'map' });
    map.showImage(id);
  };
  const manifold = new ManifoldSection(session, client, state, explore, showImage);
  const samples = new SamplesSection(session, client, state, explore);
  const cards = new CardSection(session, client, state, showImage);
  session.on('cards', () => cards.show());
  return {
    tabs: {
      train: <TrainTab session={session} />,
      map: <Mount node={map.element} />,
      dimensions: <Mount node={dimensions.element} />,
      directions: <Mount node={directions.element} />,
      samples: (
        <>
          <SnapshotPoints session={session} />
          <Mount node={manifold.element} />
          <Mount node={samples.element} />
        </>
      ),
    },
    panes: { image: <Mount node={cards.element} />, selection: null, here: null },
    tray: null,
    transport: <Transport session={session} />,
  };
}
