import type { MethodName } from '../../protocol/rpc';
import type { Event } from '../emitter';

export interface EventSender<E extends object> {
  emit<K extends MethodName<E>>(event: K, data: E[K]): void;
}

/**
 * Passes events on while a view is visible. A hidden view has no page: of the events for it, only the newest of each kind is kept,
 * and sent when the view is shown.
 */
export function whileVisible<E extends object>(
  view: { readonly visible: boolean },
  visibilityChanged: Event<unknown>,
  page: EventSender<E>,
): EventSender<E> & { dispose(): void } {
  const waiting = new Map<MethodName<E>, () => void>();
  const subscription = visibilityChanged(() => {
    if (!view.visible) return;
    const sends = [...waiting.values()];
    waiting.clear();
    for (const send of sends) send();
  });
  return {
    emit(event, data) {
      if (view.visible) page.emit(event, data);
      else waiting.set(event, () => page.emit(event, data));
    },
    dispose: () => subscription.dispose(),
  };
}
