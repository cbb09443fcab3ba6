import type { ClassifierState } from '../../../src/protocol/classifier';
import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';

type Methods = Pick<
  ExplorerMethods,
  | 'classifier'
  | 'classifyAll'
  | 'cancelClassifyAll'
  | 'classifyPoints'
  | 'decisionRegions'
  | 'directionEffect'
>;

export const CLASSES = ['round', 'straight', '<b>other'] as const;
const IMAGES = Uint32Array.of(120, 60, 20);

/** The classifier of the run in the page: none until it is attached. It says of places and points what the sign of the first number is. */
export class ClassifierHost {
  private isAttached = false;
  classes: readonly string[] = CLASSES;
  private isDone = false;

  constructor(
    private readonly record: (method: string, params: unknown) => void,
    private readonly changed: () => void,
    private readonly step: () => number,
  ) {}

  attach(isAttached = true): void {
    this.isAttached = isAttached;
    this.changed();
  }

  /** Whether its columns are on the map. */
  get hasColumns(): boolean {
    return this.isAttached && this.isDone;
  }

  private readonly state = (): ClassifierState => ({
    classifier: this.isAttached
      ? { key: 'a', from: 'mine.onnx', names: this.classes, width: 28, height: 28, channels: 1 }
      : null,
    classified: this.hasColumns ? { count: 200, images: IMAGES, areOfMap: true } : null,
    ...{ job: null, error: '' },
  });

  handlers(): Handlers<Methods> {
    return {
      classifier: this.state,
      classifyAll: (params) => {
        this.record('classifyAll', params);
        this.isDone = true;
        return this.state();
      },
      cancelClassifyAll: (params) => this.record('cancelClassifyAll', params),
      classifyPoints: ({ z, count, most }) => {
        this.record('classifyPoints', { count, most });
        if (!this.isAttached) throw new RpcError('not-ready', 'no classifier is attached to this run');
        const latent = z.length / count;
        const first = Array.from({ length: count }, (_, i) => 1 / (1 + Math.exp(-2 * z[i * latent]!)));
        return {
          classes: Uint32Array.of(0, 1),
          names: this.classes.slice(0, 2),
          probabilities: Float32Array.from(first.flatMap((p) => [p, 1 - p])),
          top: Uint32Array.from(first, (p) => (p < 0.5 ? 1 : 0)),
          step: this.step(),
        };
      },
      decisionRegions: ({ from, to, side, ...axes }) => {
        this.record('decisionRegions', { ...axes, side });
        const cells = Array.from({ length: side * side }, (_, i) => {
          const x = from[0] + ((i % side) + 0.5) * ((to[0] - from[0]) / side);
          return x < 0 ? 0 : 1;
        });
        const probabilities = new Float32Array(side * side).fill(1);
        return { side, classes: Uint32Array.from(cells), probabilities, step: this.step() };
      },
      directionEffect: ({ vector, ...params }) => {
        this.record('directionEffect', { ...params, length: vector.length });
        return {
          classes: Uint32Array.of(2, 0),
          changes: Float64Array.of(-0.25, 0.125),
          standardErrors: Float64Array.of(0.0625, NaN),
          ...{ images: 200, step: this.step() },
        };
      },
    };
  }
}
