import type { Memento } from 'vscode';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

const KEY = 'vae.cards';
/** Maximum number of cards; each is encoded again whenever the panel is shown. */
export const MAX_CARDS = 24;

/** The images most recently sent to `VAE: Encode`, newest first. */
export class Cards implements Disposable {
  private readonly emitter = new Emitter<void>();
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

  async clear(): Promise<void> {
    await this.state.update(KEY, undefined);
    this.emitter.fire();
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
