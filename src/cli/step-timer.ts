import { knownFastest } from '../engine-process/programs/choose-program';
import { withFloat32 } from '../engine-process/programs/compare-precisions';
import { usualEngine } from '../engine-process/programs/card';
import { secondsPerStep } from '../engine-process/programs/time-steps';
import type { ChosenEngine } from '../engine/choose';
import type { RunConfig } from '../runs/config';
import type { CliOutput } from './output';
import type { EngineFlags } from './training';

/** How long each model is measured, in seconds. */
const SECONDS = 1;

interface StepTime {
  /** Name of the engine. */
  readonly engine: string;
  readonly secondsPerStep: number;
  /** Of the same model with products of float32; only for one with others. */
  readonly secondsWithFloat32?: number;
}

/** Says how long training steps take on this machine. */
export class StepTimer {
  private usual: Promise<ChosenEngine> | null = null;
  private readonly choice: Omit<EngineFlags, 'threads'> & { readonly threads: number | null };

  constructor(
    { engine, threads, device = 'auto' }: EngineFlags,
    private readonly output: CliOutput,
  ) {
    this.choice = { engine, threads: threads ?? null, device };
  }

  /**
   * Returns the time of a step of what would train this: as it was measured before a run or by `vae bench-engine`, else of the usual
   * engine, now. @param images in the dataset @throws EngineError
   */
  async time(config: RunConfig, images: number): Promise<StepTime> {
    const isNarrow = config.training.precision !== 'float32';
    const configs = isNarrow ? [config, withFloat32(config)] : [config];
    const known = await Promise.all(configs.map((each) => knownFastest(this.choice, each)));
    const [own, plain] = known;
    if (own && plain !== null) return timeOf(own.program.engine, own.secondsPerStep, plain?.secondsPerStep);
    const engine = await this.usualEngine(config);
    const measured: number[] = [];
    for (const each of configs) measured.push(await secondsPerStep(engine, each, images, SECONDS));
    return timeOf(engine.description.name, measured[0]!, measured[1]);
  }

  /** Opens the usual engine when it is first needed. */
  private async usualEngine({ training }: RunConfig): Promise<ChosenEngine['engine']> {
    this.usual ??= usualEngine(this.choice, training.precision).then((chosen) => {
      if (chosen.notice !== undefined) this.output.warn(chosen.notice);
      return chosen;
    });
    return (await this.usual).engine;
  }
}

const timeOf = (engine: string, own: number, plain: number | undefined): StepTime => ({
  ...{ engine, secondsPerStep: own },
  ...(plain === undefined ? {} : { secondsWithFloat32: plain }),
});
