import { DimensionsTab } from '../dimensions/dimensions-tab';
import { DirectionsModel } from '../directions/directions-model';
import { DirectionsTab } from '../directions/directions-tab';
import { CurveSection } from '../explorer/curve';
import { EvaluationSection } from '../explorer/evaluation';
import { ReconstructionSection } from '../explorer/reconstructions';
import { HerePane } from '../inspector/here-pane';
import { ImagePane } from '../inspector/image-pane';
import { MapSection } from '../map/section';
import { SamplesTab } from '../samples/samples-tab';
import type { RunSession } from '../shared/run-session';
import { followCards } from '../shared/tray';
import { Mount } from '../shared/ui/mount';
import { TimeSection } from '../time/section';
import { Tray } from '../tray/tray';
import type { WorkbenchParts } from './workbench';

/** Makes what fills the workbench for a run. */
export function runParts(session: RunSession): WorkbenchParts {
  const { client, state } = session;
  const curve = new CurveSection(session, state);
  const time = new TimeSection(session, client, state, (mark) => curve.mark(mark));
  const map = new MapSection(session, client, state);
  const reconstructions = new ReconstructionSection();
  const evaluation = new EvaluationSection(session, client);
  const directions = new DirectionsModel(session);
  followCards(session);
  session.on('metrics', () => curve.show());
  session.on('reconstructions', () => reconstructions.show(session.reconstructions));
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
      map: <Mount node={map.element} />,
      dimensions: <DimensionsTab session={session} />,
      directions: <DirectionsTab session={session} model={directions} makeMap={() => map.make()} />,
      samples: <SamplesTab session={session} />,
    },
    panes: { image: <ImagePane session={session} />, selection: null, here: <HerePane session={session} /> },
    tray: <Tray session={session} />,
    transport: <Mount node={time.element} />,
  };
}
