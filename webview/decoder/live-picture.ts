import type { DecodedPictures } from '../../src/domain/pictures';
import type { PanelDecoder } from './panel-decoder';

/** What becomes of the pictures. */
export interface LivePictureEvents {
  draw(picture: DecodedPictures): void;
  /** Runs a request to the engine and says why it failed; handles its errors. Missing if the engine is not to be asked. */
  readonly attempt?: (request: () => Promise<void>) => Promise<void>;
}

/**
 * The picture of a point that moves. Draws the newest of the points that it is given, at most one in a frame of the browser;
 * none waits behind another. While the engine decodes, one request is in progress at a time.
 */
export class LivePicture {
  private wanted: Float32Array | null = null;
  private isDue = false;
  private isAsking = false;
  /** Counts what was drawn and cleared: an answer of the engine that is older than that is dropped. */
  private version = 0;

  /** @param view name of the picture, among all that the engine decodes for the panel */
  constructor(
    private readonly decoder: PanelDecoder,
    private readonly view: string,
    private readonly events: LivePictureEvents,
    private readonly nextFrame: (draw: () => void) => unknown = (draw) => requestAnimationFrame(draw),
  ) {}

  /** Draws the picture of a point of Nz numbers in the next frame. */
  show(z: Float32Array): void {
    this.wanted = z;
    this.schedule();
  }

  /** Draws none of the points so far. */
  clear(): void {
    this.wanted = null;
    this.version++;
  }

  private schedule(): void {
    if (this.isDue) return;
    this.isDue = true;
    this.nextFrame(() => {
      this.isDue = false;
      this.frame();
    });
  }

  private frame(): void {
    const z = this.wanted;
    if (z === null) return;
    const picture = this.decoder.decodeHere(z, 1);
    const { attempt } = this.events;
    if (picture === null && this.isAsking) return;
    this.wanted = null;
    if (picture !== null) {
      this.version++;
      this.events.draw(picture);
    } else if (attempt !== undefined) void this.ask(z, attempt);
  }

  private async ask(z: Float32Array, attempt: NonNullable<LivePictureEvents['attempt']>): Promise<void> {
    const { version } = this;
    this.isAsking = true;
    try {
      await attempt(async () => {
        const picture = await this.decoder.decode(z, 1, this.view);
        if (version === this.version) this.events.draw(picture);
      });
    } finally {
      this.isAsking = false;
      if (this.wanted !== null) this.schedule();
    }
  }
}
