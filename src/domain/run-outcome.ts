/** How a run ended, if it did; `interrupted` if no engine is running and it neither finished nor stopped. */
export type RunOutcome = 'running' | 'finished' | 'stopped' | 'failed' | 'interrupted';
