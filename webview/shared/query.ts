import { signal } from '@preact/signals';
import { ifReady } from './if-ready';
import { latestWins } from './latest-wins';
import { reported } from './reported';

/** The weights that a question is about, as far as the page knows them. */
export interface AskedWeights {
  /** -1 while the engine has not told of any. */
  readonly step: number;
  readonly engine: string;
}

interface Answered<Q, A> {
  readonly question: Q;
  readonly answer: A;
  readonly weights: AskedWeights | undefined;
}

/** What a view asked of the engine, and the newest answer. */
export class Query<Q, A> {
  private readonly answered = signal<Answered<Q, A> | null>(null);
  private readonly failed = signal<{ readonly question: Q; readonly message: string } | null>(null);
  private readonly asking = signal(false);
  private key = '';
  private asked: string | null = null;
  private request: Q | null = null;
  private weights: AskedWeights | undefined;

  constructor(private readonly ask: (question: Q) => Promise<A>) {}

  /** The newest answer, with its question; it stays while a newer one is on its way. */
  get answer(): { readonly question: Q; readonly answer: A } | null {
    return this.answered.value;
  }

  /** Why the last question has no answer; empty if it has one, or if no engine can answer yet. */
  get trouble(): string {
    return this.failed.value?.message ?? '';
  }

  /** The last failure that is worth saying, with its question; null after an answer. */
  get failure(): { readonly question: Q; readonly message: string } | null {
    return this.failed.value;
  }

  get isWaiting(): boolean {
    return this.asking.value;
  }

  /**
   * Asks a question.
   * @param key the question is asked again only if this differs from the last time
   * @param weights with them, it is not asked again where all that is new is that the step of the answer became known
   */
  pull(question: Q, key: string, weights?: AskedWeights): void {
    this.asked = key;
    if (key === this.key) return;
    this.key = key;
    this.request = question;
    this.weights = weights;
    this.run();
  }

  /** Whether this key was the last one pulled. */
  hasAsked(key: string): boolean {
    return key === this.asked;
  }

  private readonly run = latestWins<void>(async () => {
    const question = this.request!;
    const { key, weights } = this;
    if (this.isOf(question, weights)) {
      this.answered.value = { ...this.answered.peek()!, weights };
      this.failed.value = null;
      this.asking.value = false;
      return;
    }
    this.asking.value = true;
    try {
      const answer = await ifReady(this.ask(question));
      if (answer !== null) this.answered.value = { question, answer, weights };
      // Without an answer the same question may be asked again.
      else if (key === this.key) this.key = '';
      this.failed.value = null;
    } catch (error) {
      const message = reported(error);
      if (key === this.key) this.key = '';
      if (message !== '') this.failed.value = { question, message };
    }
    this.asking.value = key !== this.key && this.key !== '';
  });

  /** Whether the answer to this question, asked before the page knew of a step, is of the step that it knows now. */
  private isOf(question: Q, weights: AskedWeights | undefined): boolean {
    const before = this.answered.peek();
    return (
      before?.weights?.step === -1 &&
      weights !== undefined &&
      weights.engine === before.weights.engine &&
      weights.step === stepOf(before.answer) &&
      JSON.stringify(question) === JSON.stringify(before.question)
    );
  }
}

const stepOf = (answer: unknown): unknown =>
  typeof answer === 'object' && answer !== null && 'step' in answer ? answer.step : null;
