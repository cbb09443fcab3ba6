/** How a run ended, if it did; `interrupted` when no engine lives and it neither finished nor stopped. */
export type RunOutcome = 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted';
