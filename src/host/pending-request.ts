import { Emitter } from './emitter';
import type { Disposable } from './emitter';

/** A command's request to the panel, kept until a panel takes it. */
export class PendingRequest<T> implements Disposable {
  private readonly emitter = new Emitter<void>();
  readonly changed = this.emitter.event;
  private request: T | null = null;

  show(request: T): void {
    this.request = request;
    this.emitter.fire();
  }

  take(): T | null {
    const { request } = this;
    this.request = null;
    return request;
  }

  dispose(): void {
    this.emitter.dispose();
  }
}
