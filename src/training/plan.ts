import type { EngineDescription } from '../engine/engine';
import type { RunConfig } from '../runs/config';
import { completeConfig } from '../runs/settings/parse-request';
import type { Completion, RunEnvironment, Settings } from '../runs/settings/parse-request';
import { snapshotsAreSmall } from './snapshot-size';

/** Returns the complete configuration of a run. @throws RequestError naming the setting, its value and what was expected */
export function planRun(
  settings: Settings,
  dataset: Completion['dataset'],
  engine: EngineDescription,
  environment: RunEnvironment,
): RunConfig {
  return completeConfig(settings, { dataset, engine, environment, areSmall: snapshotsAreSmall });
}
