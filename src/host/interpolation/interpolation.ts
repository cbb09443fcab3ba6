import type { Memento } from 'vscode';
import type { ClassifiedPoints } from '../../protocol/classifier';
import { MAX_PATH_FRAMES, MAX_WAYPOINTS } from '../../protocol/latent';
import type { LatentGrid, LatentPath, NearImages } from '../../protocol/latent';
import type { InterpolationRequest, PathKind } from '../../protocol/panel';
import type { Pictures } from '../../domain/pictures';
import { RpcError } from '../../protocol/rpc';
import { encodeNpy } from '../../runs/npy';
import { pathJson } from '../../runs/interpolation-json';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';
import type { Engines } from '../engines/engines';
import { framesFor, nameOf, waypointOf } from './waypoints';
import type { KeptWaypoint } from './waypoints';

const KEY = 'vae.interpolation';
/** Classes in the chart below a path. */
const MAX_CLASSES = 6;
/** Pictures per side of the grid. */
const GRID_SIDE = 8;
/** Film frames between two waypoints. */
const FRAMES_PER_LEG = 20;

/** Error codes that only mean that the run's model is currently unavailable. */
const NO_MODEL: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run']);

interface Kept {
  readonly runFolder: string;
  readonly waypoints: readonly KeptWaypoint[];
  /** Origin of the points, as a text for users; empty for images. */
  readonly note: string;
}

/** The path that is shown, of a run by its folder. */
export interface ShownPath extends Omit<InterpolationRequest, 'run' | 'uri'> {
  readonly runFolder: string;
}

/** The path of this window. Its waypoints are kept across a reload; its pictures are recomputed. */
export class InterpolationModel implements Disposable {
  private readonly emitter = new Emitter<void>();
  private readonly waitingEmitter = new Emitter<void>();
  private readonly askedEmitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  /** Fires when `waiting` changes. */
  readonly waitingChanged = this.waitingEmitter.event;
  /** Fires when a command asks for a path, before it is computed. */
  readonly asked = this.askedEmitter.event;
  /** Paths that are being computed, in the order in which they were asked for. */
  private computing: readonly Kept[] = [];
  private newest: LatentPath | null = null;
  /** Number of requested paths; a path is not shown if another was requested before it was computed. */
  private askedCount = 0;
  /** Number of changes that make a path being computed stale. */
  private changes = 0;
  private following: Disposable | undefined;

  constructor(
    private readonly state: Memento,
    private readonly engines: Engines,
  ) {}

  /** The path that is being computed, if there is one: of several, the one that will be shown. */
  get waiting(): { readonly runFolder: string; readonly waypoints: number } | null {
    const kept = this.computing.at(-1);
    return kept ? { runFolder: kept.runFolder, waypoints: kept.waypoints.length } : null;
  }

  /** Computes a new path and shows it. */
  set(runFolder: string, waypoints: readonly KeptWaypoint[], note = ''): Promise<LatentPath> {
    this.askedEmitter.fire();
    return this.show({ runFolder, waypoints, note });
  }

  private async show(kept: Kept): Promise<LatentPath> {
    const asked = ++this.askedCount;
    const path = await this.compute(kept);
    if (asked !== this.askedCount) return path;
    this.changes++;
    await this.state.update(KEY, kept);
    this.newest = path;
    this.follow(kept);
    this.emitter.fire();
    return path;
  }

  /** Appends a waypoint. @throws RpcError if the path has the maximum number of waypoints */
  async add(waypoint: KeptWaypoint): Promise<void> {
    const { runFolder, waypoints, note } = this.kept();
    if (waypoints.length >= MAX_WAYPOINTS)
      throw new RpcError('bad-input', `a path has at most ${MAX_WAYPOINTS} waypoints`);
    await this.show({ runFolder, waypoints: [...waypoints, waypoint], note });
  }

  /** Reorders the waypoints or drops some of them, by index. @throws RpcError if the indices do not fit the path */
  async arrange(order: readonly number[]): Promise<void> {
    const { runFolder, waypoints, note } = this.kept();
    const chosen = order.map((i) => waypoints[i]);
    const fits = chosen.every((one) => one !== undefined) && new Set(order).size === order.length;
    // The request may refer to a path that has changed since.
    if (!fits || chosen.length < 2)
      throw new RpcError('bad-input', 'expected two or more of the path’s waypoints');
    await this.show({ runFolder, waypoints: chosen, note });
  }

  /** Returns the path, computing it if necessary; null if there is none, or its model cannot be opened now. */
  async current(mayStartEngine: boolean): Promise<ShownPath | null> {
    const kept = this.read();
    if (!kept) return null;
    if (!this.newest) {
      if (!mayStartEngine && !this.engines.connection(kept.runFolder).connected) return null;
      this.follow(kept);
      const { changes } = this;
      try {
        const path = await this.compute(kept);
        // The path or the weights have changed, and the change has been announced.
        if (changes !== this.changes) return await this.current(mayStartEngine);
        this.newest = path;
      } catch (error) {
        // A run in preparation has no model; its first reconstructions trigger another call.
        if (error instanceof RpcError && NO_MODEL.has(error.code)) return null;
        throw error;
      }
    }
    const { runFolder, waypoints, note } = kept;
    return { runFolder, names: waypoints.map(nameOf), note, path: this.newest };
  }

  /** Decodes one frame of the path. @param t index of a waypoint plus the fraction of the way to the next */
  async frame(t: number, kind: PathKind, signal: AbortSignal): Promise<Pictures> {
    const { runFolder, waypoints } = this.kept();
    const path = this.shown();
    const latent = path.waypoints.length / waypoints.length;
    const segment = Math.min(Math.floor(t), waypoints.length - 2);
    const point = (i: number): Float32Array => path.waypoints.slice(i * latent, (i + 1) * latent);
    const params = {
      ...{ view: 'interpolation', from: point(segment), to: point(segment + 1) },
      ...{ t: Math.min(1, t - segment), spherical: kind === 'spherical' },
    };
    return this.engines.ask(runFolder, 'pathFrame', params, signal);
  }

  /** Decodes a grid between the first four waypoints: top left, top right, bottom left, bottom right. */
  async grid(signal: AbortSignal): Promise<LatentGrid> {
    const { runFolder, waypoints } = this.kept();
    const [topLeft, topRight, bottomLeft, bottomRight] = waypoints.map(waypointOf);
    if (!topLeft || !topRight || !bottomLeft || !bottomRight)
      throw new RpcError('bad-input', 'a grid needs four waypoints');
    const corners = [topLeft, topRight, bottomLeft, bottomRight] as const;
    return this.engines.ask(runFolder, 'grid', { corners, side: GRID_SIDE }, signal);
  }

  /** Classifies the frames of a path; null if no classifier is attached to its run. */
  async classes(kind: PathKind, signal: AbortSignal): Promise<ClassifiedPoints | null> {
    const { runFolder } = this.kept();
    const { z, pictures } = this.shown()[kind];
    try {
      const params = { z, count: pictures.count, most: MAX_CLASSES };
      return await this.engines.ask(runFolder, 'classifyPoints', params, signal);
    } catch (error) {
      if (error instanceof RpcError && NO_MODEL.has(error.code)) return null;
      throw error;
    }
  }

  /** Decodes many frames, for a film. */
  async film(kind: PathKind, signal: AbortSignal): Promise<Pictures> {
    const { runFolder, waypoints } = this.kept();
    const frames = Math.min(MAX_PATH_FRAMES, 1 + FRAMES_PER_LEG * (waypoints.length - 1));
    const params = { waypoints: waypoints.map(waypointOf), frames };
    return (await this.engines.ask(runFolder, 'path', params, signal))[kind].pictures;
  }

  /** The run that the path is of, and the names of its waypoints. */
  get subject(): { readonly runFolder: string; readonly names: readonly string[] } {
    const { runFolder, waypoints } = this.kept();
    return { runFolder, names: waypoints.map(nameOf) };
  }

  /** Encodes the points of a path as a file. */
  file(kind: PathKind, format: 'json' | 'npy'): Uint8Array {
    const { runFolder, waypoints } = this.kept();
    const { at, step, [kind]: track } = this.shown();
    const { z, pictures, priorDensity, density, nearest } = track;
    if (format === 'npy') return encodeNpy(z, [pictures.count, z.length / pictures.count]);
    const text = pathJson({
      ...{ run: runFolder, step, kind, at, z, nearest },
      images: waypoints.map(nameOf),
      logDensity: { prior: priorDensity, aggregatePosterior: density },
    });
    return new TextEncoder().encode(text);
  }

  /** Images that the view shows beside the path. */
  get nearest(): readonly NearImages[] {
    const { linear, spherical } = this.newest ?? {};
    return [linear?.nearest, spherical?.nearest].filter((near) => near != null);
  }

  /** Forgets the path of a deleted run. */
  async forget(runFolder: string): Promise<void> {
    if (this.read()?.runFolder !== runFolder) return;
    this.changes++;
    await this.state.update(KEY, undefined);
    this.newest = null;
    this.emitter.fire();
  }

  dispose(): void {
    this.following?.dispose();
    this.emitter.dispose();
    this.waitingEmitter.dispose();
    this.askedEmitter.dispose();
  }

  private async compute(kept: Kept): Promise<LatentPath> {
    const { runFolder, waypoints } = kept;
    const params = { waypoints: waypoints.map(waypointOf), frames: framesFor(waypoints.length) };
    this.computing = [...this.computing, kept];
    this.waitingEmitter.fire();
    try {
      return await this.engines.ask(runFolder, 'path', params);
    } finally {
      this.computing = this.computing.filter((each) => each !== kept);
      this.waitingEmitter.fire();
    }
  }

  /** Reads the stored path; also accepts the format of older versions, with two images. */
  private read(): Kept | undefined {
    const kept = this.state.get<Kept | { runFolder: string; from: string; to: string }>(KEY);
    if (!kept || 'waypoints' in kept) return kept;
    return { runFolder: kept.runFolder, waypoints: [{ uri: kept.from }, { uri: kept.to }], note: '' };
  }

  private kept(): Kept {
    const kept = this.read();
    if (kept) return kept;
    throw new RpcError('bad-input', 'no interpolation was asked for yet');
  }

  private shown(): LatentPath {
    if (this.newest) return this.newest;
    throw new RpcError('superseded', 'the path is being made again');
  }

  /** Marks the path stale with each set of reconstructions: training changes the weights. */
  private follow({ runFolder }: Kept): void {
    this.following?.dispose();
    this.following = this.engines.connection(runFolder).reconstructed(() => {
      this.changes++;
      this.newest = null;
      this.emitter.fire();
    });
  }
}
