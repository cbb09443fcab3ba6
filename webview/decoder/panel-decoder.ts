import type { DecodedPictures } from '../../src/domain/pictures';
import type { ExplorerEvents } from '../../src/protocol/panel';
import { toFailure } from '../../src/protocol/rpc';
import type { Client } from '../../src/protocol/rpc';
import type { ExplorerMethods } from '../../src/protocol/schemas/panel';
import type { DecoderScript } from './decoder-script';
import { loadDecoderScript } from './load-script';
import type { LocalDecoder } from './tensor-decoder';

/** Maximum pictures that the panel decodes at a time: the page does nothing else meanwhile. */
const MAX_PICTURES = 4;
/** In ms; where pictures take longer than this, the engine decodes them, beside the page. */
const SLOW_PICTURE_MS = 100;
/** So many pictures in a row are slow before the engine takes over: some are when the machine is busy, as the engine is then. */
const SLOW_PICTURES = 5;
/** Delay before weights that could not be had are asked for again, in ms. */
const RETRY_MS = 2000;
/** Newer weights are asked for after this many times as long as the last took: they leave nine tenths of a slow connection. */
const PAUSE_SHARE = 9;

/** The run that the panel shows. */
export interface DecodedRun {
  readonly uri: string;
  /** Newest training step of its engine; null if it has none. */
  readonly step: number | null;
}

/**
 * Decodes points for the panel: in the page itself, as soon as it has the weights and for few pictures at a time, and else in the
 * engine. Weights are asked for when a point is decoded, once for each step.
 */
export class PanelDecoder {
  private run: DecodedRun | null = null;
  private held: { readonly decoder: LocalDecoder; readonly step: number } | null = null;
  /** Whether the run may have other weights than were last asked for. */
  private isStale = true;
  private isAsking = false;
  private askAgainAt = -Infinity;
  private slowInARow = 0;
  /** Whether the engine keeps this run's decoder; of the page, whether it cannot decode at all. */
  private isKept = false;
  private isUnable = false;
  private script: Promise<DecoderScript> | undefined;

  /** @param now in ms */
  constructor(
    private readonly client: Pick<Client<ExplorerMethods, ExplorerEvents>, 'call'>,
    private readonly load: () => Promise<DecoderScript> = loadDecoderScript,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** To be told of the run that the panel shows, and of each of its steps. The weights of another run are dropped at once. */
  follow(run: DecodedRun | null): void {
    if (run?.uri !== this.run?.uri) {
      this.keep(null);
      this.isKept = false;
      this.isStale = true;
      this.askAgainAt = -Infinity;
    } else if (run?.step !== this.run?.step) this.isStale = true;
    this.run = run;
  }

  /** Fetches the weights, if there are newer ones, because a point is likely to be decoded soon. */
  prepare(): void {
    void this.refresh();
  }

  /**
   * Decodes `z` (count × Nz) to means of p(x|z).
   * @param view in the engine, the newest request of a view wins: older ones fail with `superseded`
   * @throws RpcError as the engine's `decode`
   */
  async decode(z: Float32Array, count: number, view: string): Promise<DecodedPictures> {
    return this.decodeHere(z, count) ?? (await this.client.call('decode', { view, z, count }));
  }

  /** Decodes in the page, at once. Null if the engine must. @param z count × Nz */
  decodeHere(z: Float32Array, count: number): (DecodedPictures & { readonly step: number }) | null {
    this.prepare();
    const { held } = this;
    if (held === null || count > MAX_PICTURES || z.length !== count * held.decoder.latent) return null;
    const start = this.now();
    try {
      const pictures = held.decoder.decode(z, count);
      this.timed((this.now() - start) / count);
      return { ...pictures, step: held.step };
    } catch (error) {
      this.giveUp(error);
      return null;
    }
  }

  private timed(ms: number): void {
    this.slowInARow = ms > SLOW_PICTURE_MS ? this.slowInARow + 1 : 0;
    if (this.slowInARow < SLOW_PICTURES) return;
    this.isKept = true;
    this.keep(null);
  }

  private async refresh(): Promise<void> {
    const { run } = this;
    if (run === null || !this.isStale || this.isAsking || this.isKept || this.isUnable) return;
    const start = this.now();
    if (start < this.askAgainAt) return;
    this.isAsking = true;
    this.isStale = false;
    try {
      const script = await this.loaded();
      if (script === null) return;
      const weights = await this.client.call('decoderWeights', {});
      // The host answers for the run that it shows, which is not yet, or no longer, the panel's.
      if (this.run?.uri !== run.uri) return;
      if ('limit' in weights) this.isKept = true;
      else if (weights.runUri !== run.uri) this.isStale = true;
      else this.keep({ decoder: script.open(weights), step: weights.step });
      this.askAgainAt = this.now() + PAUSE_SHARE * (this.now() - start);
    } catch (error) {
      if (this.run?.uri === run.uri) this.failed(error);
    } finally {
      this.isAsking = false;
    }
  }

  private failed(error: unknown): void {
    const { code } = toFailure(error);
    // An older engine, or weights that do not fit their model.
    if (code === 'unknown-method' || code === 'failed') return this.giveUp(error);
    this.isStale = true;
    this.askAgainAt = this.now() + RETRY_MS;
  }

  /** Leaves this run to the engine. */
  private giveUp(error: unknown): void {
    console.warn('The engine decodes, not the panel:', error);
    this.isKept = true;
    this.keep(null);
  }

  private async loaded(): Promise<DecoderScript | null> {
    try {
      return await (this.script ??= this.load());
    } catch (error) {
      console.warn('The engine decodes, because the panel cannot:', error);
      this.isUnable = true;
      return null;
    }
  }

  private keep(held: { readonly decoder: LocalDecoder; readonly step: number } | null): void {
    this.held?.decoder.dispose();
    this.held = held;
    this.slowInARow = 0;
  }
}
