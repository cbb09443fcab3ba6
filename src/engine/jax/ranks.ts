import type { TrainingConfig, VaeConfig } from '../../vae/config';
import { imagesOf } from '../chunk-images';
import type { Chunk, EngineRanks, RankOrder, Session } from '../engine';
import { callsOf, ownPart } from './chunk-calls';
import type { JaxProcess } from './process';
import { JaxProcessError } from './process';
import { JaxSession } from './session';

/** This process as one of several that train a run together. Their processes of JAX speak with each other. */
export class JaxRanks implements EngineRanks {
  constructor(
    private readonly process: JaxProcess,
    readonly index: number,
    readonly count: number,
    readonly devices: number,
  ) {}

  async tellConfig(config: string): Promise<void> {
    await this.process.call({ call: 'config', config });
  }

  async measure(session: Session): Promise<{ readonly together: number; readonly alone: number }> {
    if (!(session instanceof JaxSession)) throw new Error('got a session of another engine');
    const { header } = await this.process.call({ call: 'measure', session: session.number });
    return { together: Number(header['together']), alone: Number(header['alone']) };
  }

  async next(): Promise<RankOrder> {
    const { header } = await this.process.call({ call: 'follow' });
    const { next, config } = header;
    const [session = 0, firstStep = 0, steps = 0, nextSteps = 0] = [
      ...[header['session'], header['firstStep'], header['steps'], header['nextSteps']].map(Number),
    ];
    if (next === 'end') return { next };
    if (next === 'config' && typeof config === 'string') return { next, config };
    if (next === 'train' && steps > 0) return { next, session, firstStep, steps, nextSteps };
    throw new JaxProcessError(`JAX: got ${JSON.stringify(next)} as what is next`);
  }

  async bring(
    { session, firstStep, steps }: RankOrder & { readonly next: 'train' },
    chunk: Chunk,
    model: VaeConfig,
    training: TrainingConfig,
  ): Promise<void> {
    const [call] = callsOf(chunk, model, ownPart(training, this.count), imagesOf(chunk, null), steps, 0);
    // The rates of the first one count.
    const arrays = Object.fromEntries(Object.entries(call!.arrays).filter(([name]) => name !== 'rates'));
    await this.process.call({ call: 'train', session, firstStep, steps }, arrays);
  }
}
