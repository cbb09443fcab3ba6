import type { Memento } from 'vscode';
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
/** Pictures along each side of the grid. */
const GRID_SIDE = 8;
/** Frames of a film between two waypoints. */
const FRAMES_PER_LEG = 20;

/** Failures that say no more than that the run's model can't be asked now. */
const NO_MODEL: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run']);

interface Kept {
  readonly runFolder: string;
  readonly waypoints: readonly KeptWaypoint[];
  /** Where the points are from, for people; empty for images. */
  readonly note: string;
}

/** The path of this window: its waypoints are kept over a reload, its pictures are made again. */
export class InterpolationModel implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  private newest: LatentPath | null = null;
  /** Counts the paths that were asked for: one that is computed later than the next was asked for is not shown. */
  private asked = 0;
  /** Counts what makes a path that is being computed out of date. */
  private changes = 0;
  private following: Disposable | undefined;

  constructor(
    private readonly state: Memento,
    private readonly engines: Engines,
  ) {}

  /** Computes a new one and shows it. */
  async set(runFolder: string, waypoints: readonly KeptWaypoint[], note = ''): Promise<LatentPath> {
    const kept = { runFolder, waypoints, note };
    const asked = ++this.asked;
    const path = await this.compute(kept);
    if (asked !== this.asked) return path;
    this.changes++;
    await this.state.update(KEY, kept);
    this.newest = path;
    this.follow(kept);
    this.emitter.fire();
    return path;
  }

  /** Another waypoint at the end. @throws RpcError where there are as many as there may be */
  async add(waypoint: KeptWaypoint): Promise<void> {
    const { runFolder, waypoints, note } = this.kept();
    if (waypoints.length >= MAX_WAYPOINTS)
      throw new RpcError('bad-input', `a path has at most ${MAX_WAYPOINTS} waypoints`);
    await this.set(runFolder, [...waypoints, waypoint], note);
  }

  /** The waypoints by their numbers, in another order or fewer of them. */
  async arrange(order: readonly number[]): Promise<void> {
    const { runFolder, waypoints, note } = this.kept();
    const chosen = order.map((i) => waypoints[i]);
    const fits = chosen.every((one) => one !== undefined) && new Set(order).size === order.length;
    // What was asked for is of a path that was changed meanwhile.
    if (!fits || chosen.length < 2)
      throw new RpcError('bad-input', 'expected two or more of the path’s waypoints');
    await this.set(runFolder, chosen, note);
  }

  /** Null when none was asked for, or when its model cannot be opened now. */
  async current(mayStartEngine: boolean): Promise<InterpolationRequest | null> {
    const kept = this.read();
    if (!kept) return null;
    if (!this.newest) {
      if (!mayStartEngine && !this.engines.attachment(kept.runFolder).connected) return null;
      this.follow(kept);
      const { changes } = this;
      try {
        const path = await this.compute(kept);
        // Another path, or other weights: whoever changed it has told so.
        if (changes !== this.changes) return await this.current(mayStartEngine);
        this.newest = path;
      } catch (error) {
        // While a run is being prepared it has no model; its first reconstructions bring us here again.
        if (error instanceof RpcError && NO_MODEL.has(error.code)) return null;
        throw error;
      }
    }
    return { names: kept.waypoints.map(nameOf), note: kept.note, path: this.newest };
  }

  /** @param t a waypoint's number, and which part of the way from there to the next */
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

  /** Between the first four waypoints: top left, top right, bottom left, bottom right. */
  async grid(signal: AbortSignal): Promise<LatentGrid> {
    const { runFolder, waypoints } = this.kept();
    const corners = waypoints.slice(0, 4).map(waypointOf);
    return this.engines.ask(runFolder, 'grid', { corners, side: GRID_SIDE }, signal);
  }

  /** Many frames, for a film. */
  async film(kind: PathKind, signal: AbortSignal): Promise<Pictures> {
    const { runFolder, waypoints } = this.kept();
    const frames = Math.min(MAX_PATH_FRAMES, 1 + FRAMES_PER_LEG * (waypoints.length - 1));
    const params = { waypoints: waypoints.map(waypointOf), frames };
    return (await this.engines.ask(runFolder, 'path', params, signal))[kind].pictures;
  }

  /** The points of a path as a file. */
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

  /** The run is deleted. */
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
  }

  private compute({ runFolder, waypoints }: Kept): Promise<LatentPath> {
    const params = { waypoints: waypoints.map(waypointOf), frames: framesFor(waypoints.length) };
    return this.engines.ask(runFolder, 'path', params);
  }

  /** Also what an older version kept: two images. */
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

  /** While the run is trained, its weights change: the path is made again with each set of reconstructions. */
  private follow({ runFolder }: Kept): void {
    this.following?.dispose();
    this.following = this.engines.attachment(runFolder).reconstructed(() => {
      this.changes++;
      this.newest = null;
      this.emitter.fire();
    });
  }
}
