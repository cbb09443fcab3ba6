import { bilinear } from '../../../src/latent/bilinear';
import { priorLogDensities } from '../../../src/latent/gaussian';
import { linear, path, waypointFrames } from '../../../src/latent/path';
import type { LatentPath, PathTrack } from '../../../src/protocol/latent';
import type { InterpolationEvents, PathKind, PathWait } from '../../../src/protocol/panel';
import type { Pictures } from '../../../src/domain/pictures';
import { RpcError, serve } from '../../../src/protocol/rpc';
import type { Transport } from '../../../src/protocol/rpc';
import { glyphs } from './shapes';
import type { InterpolationMethods } from '../../../src/protocol/schemas/interpolation';

interface Stop {
  readonly name: string;
  readonly z: Float32Array;
}
const STOPS: readonly Stop[] = [
  { name: 'zero-0007.png', z: Float32Array.of(-1.2, -1.1) },
  { name: '<b>eight</b> with a long name-0113.png', z: Float32Array.of(1.4, 1.3) },
  { name: 'three.png', z: Float32Array.of(1.6, -1.2) },
  { name: 'four.png', z: Float32Array.of(-1.1, 1.5) },
];

/**
 * Answers frames after a while; in the scenario `superseding` every second answer is a refusal. `many`: four waypoints, and
 * images that are encoded.
 */
export class InterpolationHost {
  readonly calls: { readonly method: string; readonly params: unknown }[] = [];
  /** Frames that were asked for and not answered yet, and the most there ever were. */
  outstanding = 0;
  mostOutstanding = 0;
  /** The picture that was saved last, a character a byte. */
  saved = '';
  /** What the page is told is being computed. */
  private wait: PathWait | null = null;
  private hasClassifier: boolean;
  private stops: readonly Stop[];
  private readonly emit: (event?: keyof InterpolationEvents) => void;

  constructor(
    transport: Transport,
    readonly scenario: string,
  ) {
    this.stops = scenario === 'many' ? STOPS : scenario === 'empty' ? [] : STOPS.slice(0, 2);
    this.hasClassifier = scenario === 'many';
    const record = (method: string, params: unknown): void => void this.calls.push({ method, params });
    const change = (stops: readonly Stop[]): void => {
      this.stops = stops;
      this.emit();
    };
    const server = serve<InterpolationMethods, InterpolationEvents>(transport, {
      current: () =>
        this.stops.length === 0
          ? null
          : {
              run: 'digits <i>fast</i>',
              uri: 'file:///runs/digits-fast',
              names: this.stops.map(({ name }) => name),
              note: '',
              path: this.path(11, scenario === 'many'),
            },
      waiting: () => this.wait,
      frame: async ({ t, kind }) => {
        const number = this.calls.push({ method: 'frame', params: { t, kind } });
        this.mostOutstanding = Math.max(this.mostOutstanding, ++this.outstanding);
        await new Promise((resolve) => setTimeout(resolve, 30));
        this.outstanding--;
        if (scenario === 'superseding' && number % 2 === 0)
          throw new RpcError('superseded', 'a newer frame was asked for');
        if (scenario === 'failing') throw new RpcError('closed', 'The engine has gone.');
        const i = Math.min(Math.floor(t), this.stops.length - 2);
        return decoded(linear(this.stops[i]!.z, this.stops[i + 1]!.z, t - i), kind);
      },
      grid: (params) => {
        record('grid', params);
        const [a, b, c, d] = this.stops.map(({ z }) => z);
        const z = bilinear([a!, b!, c!, d!], 8);
        return { z, side: 8, pictures: decoded(z, 'linear'), step: 24_000 };
      },
      // A classifier is attached to the run of many waypoints: the first class goes from 1 to 0 along the path.
      classes: ({ kind }) => {
        record('classes', { kind });
        if (!this.hasClassifier) return null;
        const { count } = this.path(11, true)[kind].pictures;
        const share = (i: number): number => (i >> 1) / (count - 1);
        const probabilities = Float32Array.from({ length: 2 * count }, (_, i) =>
          i % 2 === 0 ? 1 - share(i) : share(i),
        );
        return {
          classes: Uint32Array.of(0, 3),
          names: ['cat', '<i>dog'],
          probabilities,
          top: Uint32Array.from({ length: count }, (_, i) => (share(2 * i) < 0.5 ? 0 : 3)),
          step: 24_000,
        };
      },
      film: ({ kind }) => {
        record('film', { kind });
        return this.path(21, false)[kind].pictures;
      },
      pick: (params) => {
        record('pick', params);
        change(STOPS.slice(0, 2));
      },
      add: (params) => {
        record('add', params);
        change(STOPS.slice(0, this.stops.length + 1));
        return true;
      },
      arrange: ({ order }) => {
        record('arrange', { order });
        change(order.map((i) => this.stops[i]!));
      },
      savePicture: ({ name, format, bytes }) => {
        record('savePicture', { name, format });
        this.saved = Array.from(bytes, (byte) => String.fromCharCode(byte)).join('');
        return { path: `.vae/runs/digits-fast/pictures/path/${name}.${format}` };
      },
      savePoints: (params) => {
        record('savePoints', params);
        return { path: `.vae/runs/digits-fast/pictures/path/path-${params.kind}.${params.format}` };
      },
      revealSaved: (params) => record('revealSaved', params),
      copySaved: (params) => {
        record('copySaved', params);
        return true;
      },
      openImage: (params) => record('openImage', params),
    });
    this.emit = (event = 'changed') => server.emit(event, {});
  }

  /** A classifier is attached, or removed. */
  attach(isAttached: boolean): void {
    this.hasClassifier = isAttached;
    this.emit('classifierChanged');
  }

  /** A command asks for a path. */
  ask(wait: PathWait): void {
    this.emit('asked');
    this.waitFor(wait);
  }

  waitFor(wait: PathWait | null): void {
    this.wait = wait;
    this.emit('waiting');
  }

  private path(limit: number, encoded: boolean): LatentPath {
    const ends = this.stops.map(({ z }) => z);
    const frames = ends.length === 2 ? limit : 1 + (ends.length - 1) * 8;
    const track = (z: Float32Array, kind: PathKind): PathTrack => {
      const pictures = decoded(z, kind);
      const ids = Array.from({ length: pictures.count }, (_, i) => `digits/${Math.floor(i / 2)}.png`);
      return {
        z,
        pictures,
        priorDensity: priorLogDensities(z, 2),
        density: encoded ? priorLogDensities(z, 2).map((value) => 1.3 * value - 1) : null,
        nearest: encoded
          ? {
              ids,
              uris: ids.map((id) => `file:///data/${id}`),
              distances: Float32Array.from(ids, (_, i) => 0.1 * i),
              pictures: glyphs(
                ids.map((_, i) => [z[2 * i]! + 0.3, z[2 * i + 1]! - 0.2] as const),
                1,
                0,
              ),
              step: 20_000,
            }
          : null,
      };
    };
    return {
      waypoints: Float32Array.from(ends.flatMap((z) => [...z])),
      at: waypointFrames(ends.length, frames),
      linear: track(path(ends, frames, false), 'linear'),
      spherical: track(path(ends, frames, true), 'spherical'),
      aggregate: encoded ? { images: 2000, quantiles: [-5.1, -3.4, -2.9] } : null,
      step: 24_000,
    };
  }
}

function decoded(z: Float32Array, kind: PathKind): Pictures {
  const bulge = kind === 'spherical' ? 0.4 : 0;
  const points = Array.from(
    { length: z.length / 2 },
    (_, i) => [z[2 * i]! - bulge, z[2 * i + 1]! + bulge] as const,
  );
  return glyphs(points, 1, 0.06);
}
