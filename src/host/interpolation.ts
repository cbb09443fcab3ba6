import type { Memento } from 'vscode';
import { basename } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Interpolation } from '../protocol/engine';
import type { InterpolationRequest } from '../protocol/panel';
import type { Pictures } from '../protocol/pictures';
import { RpcError } from '../protocol/rpc';
import { Emitter } from './emitter';
import type { Disposable } from './emitter';
import type { Engines } from './engines';

const KEY = 'vae.interpolation';
/** Frames of the strip, both ends included. */
export const FRAMES = 11;

/** Failures that say no more than that the run's model can't be asked now. */
const NO_MODEL: ReadonlySet<string> = new Set(['not-ready', 'closed', 'no-run']);

interface Ends {
  readonly runFolder: string;
  readonly from: string;
  readonly to: string;
}

/** The interpolation of this window: its two images are kept over a reload, its pictures are made again. */
export class InterpolationModel implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  private newest: Interpolation | null = null;
  private following: Disposable | undefined;

  constructor(
    private readonly state: Memento,
    private readonly engines: Engines,
  ) {}

  /** Computes a new one and shows it. */
  async set(runFolder: string, from: string, to: string): Promise<Interpolation> {
    const ends = { runFolder, from, to };
    const interpolation = await this.compute(ends);
    await this.state.update(KEY, ends);
    this.newest = interpolation;
    this.follow(ends);
    this.emitter.fire();
    return interpolation;
  }

  /** Null when none was asked for, or when its model cannot be opened now. */
  async current(mayStartEngine: boolean): Promise<InterpolationRequest | null> {
    const ends = this.state.get<Ends>(KEY);
    if (!ends) return null;
    if (!this.newest) {
      if (!mayStartEngine && !this.engines.attachment(ends.runFolder).connected) return null;
      this.follow(ends);
      try {
        this.newest = await this.compute(ends);
      } catch (error) {
        // While a run is being prepared it has no model; its first reconstructions bring us here again.
        if (error instanceof RpcError && NO_MODEL.has(error.code)) return null;
        throw error;
      }
    }
    return { fromName: nameOf(ends.from), toName: nameOf(ends.to), interpolation: this.newest };
  }

  async frame(t: number, spherical: boolean, signal: AbortSignal): Promise<Pictures> {
    const ends = this.state.get<Ends>(KEY);
    if (!ends || !this.newest) throw new RpcError('bad-input', 'no interpolation was asked for yet');
    const { from, to } = this.newest;
    const params = { view: 'interpolation', from, to, t, spherical };
    return this.engines.ask(ends.runFolder, 'pathFrame', params, signal);
  }

  /** The run is deleted. */
  async forget(runFolder: string): Promise<void> {
    if (this.state.get<Ends>(KEY)?.runFolder !== runFolder) return;
    await this.state.update(KEY, undefined);
    this.newest = null;
    this.emitter.fire();
  }

  dispose(): void {
    this.following?.dispose();
    this.emitter.dispose();
  }

  private compute({ runFolder, from, to }: Ends): Promise<Interpolation> {
    const params = { from: { uri: from }, to: { uri: to }, frames: FRAMES };
    return this.engines.ask(runFolder, 'interpolate', params);
  }

  /** While the run is trained, its weights change: the strip is made again with each set of reconstructions. */
  private follow({ runFolder }: Ends): void {
    this.following?.dispose();
    this.following = this.engines.attachment(runFolder).reconstructed(() => {
      this.newest = null;
      this.emitter.fire();
    });
  }
}

function nameOf(uri: string): string {
  try {
    return basename(fileURLToPath(uri));
  } catch {
    return uri;
  }
}
