import type { RequestedDirection } from '../../../src/protocol/directions';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';
import { RpcError } from '../../../src/protocol/rpc';
import type { Handlers } from '../../../src/protocol/rpc';
import { analogyPoint, placeAlong, pointsAlong } from '../../../src/latent/direction';
import { decoded } from './latent';
import { imageCard } from './shapes';
import type { PathEnd } from '../../../src/protocol/schemas/values';
import type { Direction, SavedDirection } from '../../../src/domain/direction';

const LATENT = 20;

const pointOf = (end: PathEnd | null): Float32Array =>
  end === null
    ? new Float32Array(LATENT)
    : 'z' in end
      ? end.z
      : imageCard(end.uri, end.uri.length, LATENT).mean;

type DirectionMethods = Pick<
  ExplorerMethods,
  | 'makeDirection'
  | 'along'
  | 'analogy'
  | 'directions'
  | 'saveDirection'
  | 'deleteDirection'
  | 'openDirection'
  | 'requestedDirection'
>;

/** What an engine and a workspace answer of directions, by formulas; the saved ones live as long as the page. */
export class DirectionsHost {
  saved: readonly SavedDirection[] = [];
  damaged: readonly string[] = [];
  request: RequestedDirection | null = null;

  constructor(
    private readonly step: () => number,
    private readonly record: (method: string, params: unknown) => void,
    private readonly changed: () => void,
  ) {}

  /** One that was saved before, of so many dimensions and by this run. */
  keep(name: string, latent: number, run: string, step: number): void {
    const made = direction(latent, step);
    const file = `${name}.json`;
    this.saved = [...this.saved, { ...made, name, from: 'label 1', to: 'label 2', run, file }];
    this.changed();
  }

  show(request: RequestedDirection): void {
    this.request = request;
    this.changed();
  }

  handlers(): Handlers<DirectionMethods> {
    return {
      makeDirection: (params) => {
        this.record('makeDirection', params);
        const made = direction(LATENT, this.step());
        if ('component' in params) return { ...made, counts: [3000, 0], score: null };
        // Images that somebody has chosen by chance.
        if ('ids' in params.a && params.a.ids.length < 4)
          return { ...made, counts: [params.a.ids.length, 2000], score: null };
        const { agreement, effect, ...rest } = made.score!;
        const chance = 'rest' in params.b;
        const score = chance
          ? { ...rest, agreement: { ...agreement, value: 0.11 }, effect: { ...effect, value: 0.04 } }
          : made.score;
        return { ...made, score };
      },
      along: (params) => {
        this.record('along', { around: params.around, places: [...params.places] });
        const { start, vector, places } = params;
        if (vector.length !== LATENT) throw new RpcError('bad-input', 'the direction has other dimensions');
        const origin = pointOf(params.around);
        const z = pointsAlong(origin, start, vector, places);
        const place = placeAlong(origin, start, vector);
        return { origin, place, z, pictures: decoded(z, LATENT), step: this.step() };
      },
      analogy: (params) => {
        this.record('analogy', params);
        const [a, b, c] = [pointOf(params.a), pointOf(params.b), pointOf(params.c)];
        const z = new Float32Array(4 * LATENT);
        [a, b, c, analogyPoint(a, b, c)].forEach((point, i) => z.set(point, i * LATENT));
        return { z, pictures: decoded(z, LATENT), step: this.step() };
      },
      directions: () => ({ directions: this.saved, damaged: this.damaged }),
      saveDirection: ({ direction: made, ...words }) => {
        this.record('saveDirection', { ...words, counts: made.counts });
        if (this.saved.some(({ name }) => name === words.name))
          throw new RpcError('failed', `there is a direction '${words.name}' already: choose another name`);
        const file = `${words.name}.json`;
        const saved = { ...made, ...words, run: '20250101-120000-digits', file };
        this.saved = [...this.saved, saved];
        this.changed();
        return saved;
      },
      deleteDirection: ({ file }) => {
        this.record('deleteDirection', { file });
        this.saved = this.saved.filter((each) => each.file !== file);
        this.changed();
        return true;
      },
      openDirection: (params) => this.record('openDirection', params),
      requestedDirection: () => {
        const { request } = this;
        this.request = null;
        return request;
      },
    };
  }
}

/** Along the first two dimensions, from z0 = -1 to z0 = 1. */
function direction(latent: number, step: number): Direction {
  return {
    vector: Float32Array.from({ length: latent }, (_, d) => [2, 0.5][d] ?? 0),
    start: Float32Array.from({ length: latent }, (_, d) => [-1, 0.1][d] ?? 0.01),
    counts: [300, 310],
    inBoth: 0,
    score: {
      agreement: { value: 0.93, chanceMean: 0.01, chance95: 0.34 },
      effect: { value: 2.41, chanceMean: 0.02, chance95: 0.27 },
      rounds: 200,
      seed: 0,
    },
    step,
    fingerprint: 'f'.repeat(64),
  };
}
