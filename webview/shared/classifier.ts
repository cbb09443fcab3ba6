import { computed, signal, untracked } from '@preact/signals';
import type { ClassifierState } from '../../src/protocol/classifier';
import { toFailure } from '../../src/protocol/rpc';
import { callThenPull } from './call-then-pull';
import { ifReady } from './if-ready';
import { latestWins } from './latest-wins';
import type { RunSession } from './run-session';

/** Polling interval while all images are being classified. */
const POLL_MS = 500;

const models = new WeakMap<RunSession, ClassifierModel>();

/** Returns the session's classifier, made on first use. */
export function classifierOf(session: RunSession): ClassifierModel {
  const model = models.get(session) ?? new ClassifierModel(session);
  models.set(session, model);
  return model;
}

/** The classifier that is attached to the run, pulled when it changes, when another engine answers, and while it classifies the images. */
export class ClassifierModel {
  private readonly stateSignal = signal<ClassifierState | null>(null);
  private readonly failed = signal('');
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly session: RunSession) {
    session.client.on('classifierChanged', () => this.pull());
    session.whenever(() => {
      void session.engine.value;
      untracked(this.pull);
    });
    session.atEnd(() => clearTimeout(this.timer));
  }

  /** Null until an engine has answered. */
  get state(): ClassifierState | null {
    return this.stateSignal.value;
  }

  /** Why it cannot be used, or a call failed; empty for neither. */
  get trouble(): string {
    return this.failed.value || (this.state?.error ?? '');
  }

  /** Names of its classes; null if there is none. */
  readonly names = computed(() => this.stateSignal.value?.classifier?.names ?? null);

  /** Changes when the columns of the map that are the classifier's do. */
  readonly columns = computed(() => {
    const { classifier, classified } = this.stateSignal.value ?? {};
    return classifier && classified ? `${classifier.key} ${classified.count}` : '';
  });

  classifyAll(): void {
    void this.ask(async () => {
      this.stateSignal.value = await this.session.client.call('classifyAll', {});
    });
  }

  cancel(): void {
    void this.ask(() => this.session.client.call('cancelClassifyAll', {}));
  }

  readonly pull = latestWins<void>(async () => {
    clearTimeout(this.timer);
    try {
      const state = await ifReady(this.session.client.call('classifier', {}));
      if (state !== null) this.stateSignal.value = state;
      this.failed.value = '';
    } catch (error) {
      this.failed.value = toFailure(error).message;
    }
    if (this.stateSignal.peek()?.job != null && document.visibilityState === 'visible')
      this.timer = setTimeout(() => this.pull(), POLL_MS);
  });

  private ask(call: () => Promise<void>): Promise<void> {
    return callThenPull(call, this.failed, this.pull);
  }
}
