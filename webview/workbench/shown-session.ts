import { signal } from '@preact/signals';
import { toFailure } from '../../src/protocol/rpc';
import type { Route, RunView } from '../../src/protocol/panel';
import type { KeptChoices } from '../shared/kept-choices';
import { latestWins } from '../shared/latest-wins';
import { RunSession } from '../shared/run-session';
import type { ExplorerClient } from '../shared/run-session';

/** The session of the run that the page shows. The host says which run that is; with another one a new session begins. */
export class ShownSession {
  /** Undefined until the host has answered; null if there is no run. */
  readonly session = signal<RunSession | null | undefined>(undefined);
  /** Why the host could not say what it shows; empty if it could. */
  readonly trouble = signal('');
  /** What a command is doing; empty for nothing. */
  readonly working = signal('');
  private announced = -1;
  /** URI of the run that the host announced last; undefined before it has. */
  private uri: string | null | undefined;

  constructor(
    private readonly client: ExplorerClient,
    private readonly choices: KeptChoices,
  ) {
    client.on('attentionChanged', () => this.followAttention());
    client.on('changed', ({ step, run }) => {
      this.announced = step;
      this.uri = run;
      // At once: what is asked from now on is answered for the other run.
      const { value } = this.session;
      if (value && value.uri !== run) this.show(undefined);
      this.pull();
    });
  }

  readonly pull = (): void => this.request();

  /** Brings into view what a command asks for, and says what it is doing. */
  private readonly followAttention = latestWins<void>(async () => {
    // A window that is closing has no more attention.
    const attention = await this.client.call('attention', {}).catch(() => null);
    if (attention === null) return;
    this.working.value = attention.working;
    if (attention.route !== null) this.route = attention.route;
    this.followRoute();
  });

  /** The route into a run that is not shown yet, or has just been. */
  private route: Route | null = null;

  private followRoute(): void {
    const session = this.session.value;
    const { route } = this;
    if (!session || route?.run !== session.uri) return;
    this.route = null;
    const { tab, pane, image, select } = route;
    if (select !== undefined) session.selection.set(select);
    if (tab !== undefined) session.go(tab, tab === 'train' ? 'curve' : session.sought.peek());
    if (pane !== undefined) session.inspector.show(pane);
    if (image !== undefined) session.inspector.showImage(image);
  }

  private readonly request = latestWins<void>(async () => {
    try {
      const run = await this.client.call('run', {});
      this.trouble.value = '';
      // The host has gone on to another run meanwhile, and its event has asked again.
      if (this.uri !== undefined && this.uri !== (run?.uri ?? null)) return;
      this.take(run);
    } catch (error) {
      this.trouble.value = toFailure(error).message;
    }
  });

  private take(run: RunView | null): void {
    const { value } = this.session;
    if (run === null) return this.show(null);
    if (value?.uri === run.uri && datasetOf(value.run) === datasetOf(run))
      return value.update(run, this.announced);
    const choices = this.choices.of(run.uri, datasetOf(run));
    this.show(new RunSession(this.client, run, choices));
  }

  private show(session: RunSession | null | undefined): void {
    this.announced = -1;
    this.session.value?.dispose();
    this.session.value = session;
    if (!session) return;
    this.followRoute();
    this.followAttention();
  }
}

/** Until the dataset is known, what belongs to it is kept for the run. */
const datasetOf = ({ fingerprint, uri }: RunView): string => (fingerprint === '' ? uri : fingerprint);
