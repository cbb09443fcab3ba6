import type { ExplorerEvents, RunView } from '../../../src/protocol/panel';
import { connect, serve } from '../../../src/protocol/rpc';
import type { Handlers, Message, Transport } from '../../../src/protocol/rpc';
import type { ExplorerMethods } from '../../../src/protocol/schemas/panel';
import { ExplorerHost } from './explorer-host';

/** What tells the runs apart on the page: each answer carries the mark of its run. */
const MARKS = [
  { uri: 'file:///data/.vae/runs/even', name: 'even', bound: 0, parity: 0, folder: 'digits/' },
  { uri: 'file:///data/.vae/runs/odd', name: 'odd', bound: -5000, parity: 1, folder: 'sprites/' },
] as const;
type Mark = (typeof MARKS)[number];

/** Keys under which answers hold bounds and terms of them, in nats. */
const BOUNDS = new Set(['elbo', 'validationBound', 'trainBound', 'reconstruction']);

/**
 * A host of two runs that switches between them, answers late, and answers each call for the run that was shown when it came:
 * pictures of one run have even bytes and those of the other odd ones, names and bounds differ too.
 */
export class TwoRunsHost {
  private readonly runs;
  private shown = 0;
  private readonly emit: <K extends keyof ExplorerEvents>(event: K, data: ExplorerEvents[K]) => void;

  constructor(transport: Transport) {
    this.runs = MARKS.map((mark) => {
      const [outer, inner] = pair();
      const host = new ExplorerHost(inner, 'map');
      const client = connect<ExplorerMethods, ExplorerEvents>(outer);
      return { mark, host, client };
    });
    const handlers = Object.fromEntries(
      this.runs[0]!.host.methods.map((method) => [
        method,
        async (params: never, signal: AbortSignal) => {
          const { client, mark } = this.runs[this.shown]!;
          const answer: unknown = await client.call(method, params, signal);
          await new Promise((resolve) => setTimeout(resolve, this.delay()));
          return method === 'run' ? named(answer as RunView, mark) : marked(answer, mark);
        },
      ]),
    ) as unknown as Handlers<ExplorerMethods>;
    const server = serve<ExplorerMethods, ExplorerEvents>(transport, handlers);
    this.emit = (event, data) => server.emit(event, data);
    this.runs.forEach(({ client, mark }, i) => {
      const forward = <K extends Exclude<keyof ExplorerEvents, 'changed'>>(event: K): void =>
        void client.on(event, (data) => i === this.shown && this.emit(event, data));
      client.on('changed', ({ step }) => i === this.shown && this.emit('changed', { step, run: mark.uri }));
      for (const event of [
        'reconstructed',
        'cardsChanged',
        'mapFocusChanged',
        'directionsChanged',
        'classifierChanged',
      ] as const)
        forward(event);
    });
  }

  /** Longest delay of an answer, in ms; answers come after a part of it that differs from one to the next. */
  longest = 0;
  private answered = 0;
  private delay(): number {
    return (this.longest * ((this.answered++ * 7) % 10)) / 10;
  }

  /** Shows the other run, as a click in the list of runs does. */
  switch(): string {
    this.shown = 1 - this.shown;
    const { mark, host } = this.runs[this.shown]!;
    this.emit('changed', { step: host.step, run: mark.uri });
    return mark.name;
  }

  advance(steps: number): void {
    this.runs[this.shown]!.host.advance(steps);
  }
}

function named(run: RunView, { uri, name, bound }: Mark): RunView {
  const live = run.live && {
    ...run.live,
    validationBound: run.live.validationBound === null ? null : run.live.validationBound + bound,
  };
  return { ...run, uri, name, live, fingerprint: name.repeat(8) };
}

/** Puts the mark of a run on whatever an answer holds. */
function marked(answer: unknown, mark: Mark, key = ''): unknown {
  if (typeof answer === 'number') return BOUNDS.has(key) ? answer + mark.bound : answer;
  if (typeof answer === 'string') return answer.replaceAll('digits/', mark.folder);
  if (answer instanceof Uint8Array)
    return key === 'bytes' ? answer.map((byte) => (byte & ~1) | mark.parity) : answer;
  if (ArrayBuffer.isView(answer) || answer === null || typeof answer !== 'object') return answer;
  if (Array.isArray(answer)) return answer.map((item) => marked(item, mark, key));
  return Object.fromEntries(Object.entries(answer).map(([name, value]) => [name, marked(value, mark, name)]));
}

/** Two ends of a channel within the page. */
function pair(): [Transport, Transport] {
  const receivers: ((message: Message) => void)[] = [];
  const end = (own: 0 | 1): Transport => ({
    post: (message) => queueMicrotask(() => receivers[1 - own]?.(message)),
    listen: (receive) => (receivers[own] = receive),
    dispose: () => undefined,
    closed: new Promise(() => {}),
  });
  return [end(0), end(1)];
}
