import type { DirectionWish as Wish } from '../../protocol/directions';
import { Emitter } from '../emitter';
import type { Disposable } from '../emitter';

/** The direction or analogy that a command asks the panel to show, until a panel has taken it over. */
export class DirectionWish implements Disposable {
  private readonly emitter = new Emitter<void>();
  /** Something is wished, or the saved directions are others. */
  readonly changed = this.emitter.event;
  private wish: Wish | null = null;

  show(wish: Wish): void {
    this.wish = wish;
    this.emitter.fire();
  }

  savedOnesChanged(): void {
    this.emitter.fire();
  }

  take(): Wish | null {
    const { wish } = this;
    this.wish = null;
    return wish;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
