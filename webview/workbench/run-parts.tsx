import { DimensionsSection } from '../dimensions/section';
import { DirectionsSection } from '../directions/section';
import { CardSection } from '../explorer/cards';
import { CurveSection } from '../explorer/curve';
import { EvaluationSection } from '../explorer/evaluation';
import { ReconstructionSection } from '../explorer/reconstructions';
import { ManifoldSection } from '../manifold/manifold-section';
import { SamplesSection } from '../manifold/samples-section';
import { mapOf } from '../map/data/map-model';
import { MapTab } from '../map/map-tab';
import { SelectionPane } from '../map/selection/selection-pane';
import type { RunSession } from '../shared/run-session';
import { Mount } from '../shared/ui/mount';
import { TimeSection } from '../time/section';
import type { WorkbenchParts } from './workbench';

/** Makes what fills the workbench for a run. */
export function runParts(session: RunSession): WorkbenchParts {
  const { client, state } = session;
  const curve = new CurveSection(session, state);
  const time = new TimeSection(session, client, state, (mark) => curve.mark(mark));
  const map = mapOf(session);
  const reconstructions = new ReconstructionSection();
  const dimensions = new DimensionsSection(session, client, state);
  const explore = (z: Float32Array): void => {
    state.update({ tab: 'dimensions' });
    dimensions.exploreFrom(z);
  };
  const directions = new DirectionsSection(session, client, state, map);
  const showImage = (id: string): void => {
    state.update({ tab: 'map' });
    map.show([id]);
  };
  const manifold = new ManifoldSection(session, client, state, explore, showImage);
  const samples = new SamplesSection(session, client, state, explore);
  const evaluation = new EvaluationSection(session, client);
  const cards = new CardSection(session, client, state, showImage);
  session.on('metrics', () => curve.show());
  session.on('reconstructions', () => reconstructions.show(session.reconstructions));
  session.on('cards', () => cards.show());
  curve.show();
  return {
    tabs: {
      train: (
        <>
          <Mount node={curve.element} />
          <Mount node={reconstructions.element} />
          <Mount node={evaluation.element} />
        </>
      ),
      map: <MapTab session={session} />,
      dimensions: <Mount node={dimensions.element} />,
      directions: <Mount node={directions.element} />,
      samples: (
        <>
          <Mount node={manifold.element} />
          <Mount node={samples.element} />
        </>
      ),
    },
    panes: {
      image: <Mount node={cards.element} />,
      selection: <SelectionPane session={session} />,
      here: null,
    },
    tray: null,
    transport: <Mount node={time.element} />,
  };
}
