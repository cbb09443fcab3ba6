import { Engines } from '../../../src/host/engines/engines';
import { RunsModel } from '../../../src/host/runs/runs-model';
import type { RunAlert } from '../../../src/host/runs/runs-model';

/** A window: its engines, its list of runs, and what it has told of them. */
export function openWindow() {
  const engines = new Engines({
    engineFolder: '/nowhere',
    choose: () => ({ engine: 'onnx', threads: 1 }),
    checkAllowed: () => undefined,
  });
  const runs = new RunsModel(() => [], engines);
  const alerts: RunAlert[] = [];
  runs.alerted((alert) => alerts.push(alert));
  const close = (): void => {
    runs.dispose();
    engines.dispose();
  };
  return { engines, runs, alerts, close };
}
