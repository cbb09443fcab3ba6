import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** The images that a person wants to see on the map, until a panel has taken them over. */
export class MapFocus implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  private ids: readonly string[] = [];

  show(ids: readonly string[]): void {
    this.ids = ids;
    this.emitter.fire();
  }

  take(): readonly string[] {
    const { ids } = this;
    this.ids = [];
    return ids;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
