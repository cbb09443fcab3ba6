import type { Memento } from 'vscode';
import type { ImageCard } from '../../domain/pictures';
import type { EncodeFailure } from '../../protocol/engine';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

const KEY = 'vae.cards';
/** Maximum number of cards; each is encoded again whenever the panel is shown. */
export const MAX_CARDS = 24;

/** The images most recently sent to `VAE: Encode`, newest first. */
export class Cards implements Disposable {
  private readonly emitter = new Emitter<void>();
  private offered: {
    readonly runFolder: string;
    readonly cards: readonly (ImageCard | EncodeFailure)[];
  } | null = null;
  readonly changed = this.emitter.event;

  constructor(private readonly state: Memento) {}

  get uris(): readonly string[] {
    return this.state.get<string[]>(KEY, []);
  }

  async add(uris: readonly string[]): Promise<void> {
    const all = [...new Set([...uris, ...this.uris])].slice(0, MAX_CARDS);
    await this.state.update(KEY, all);
    this.emitter.fire();
  }

  /** Hands on what a run's engine has just made of images, so that the panel need not ask for it again. */
  offer(runFolder: string, cards: readonly (ImageCard | EncodeFailure)[]): void {
    this.offered = { runFolder, cards };
  }

  /** Returns the offered cards of these images by this run, once: files may change, and weights do. */
  takeOffered(runFolder: string, uris: readonly string[]): ReadonlyMap<string, ImageCard | EncodeFailure> {
    const { offered } = this;
    this.offered = null;
    const cards = offered?.runFolder === runFolder ? offered.cards : [];
    return new Map(cards.filter(({ uri }) => uris.includes(uri)).map((card) => [card.uri, card]));
  }

  async remove(uris: readonly string[]): Promise<void> {
    await this.state.update(
      KEY,
      this.uris.filter((uri) => !uris.includes(uri)),
    );
    this.emitter.fire();
  }

  async clear(): Promise<void> {
    this.offered = null;
    await this.state.update(KEY, undefined);
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
