import type { Workload } from './workloads';

/**
 * A contender is a process that speaks a line of JSON at a time: `Hello` when its libraries are loaded, then a reply to
 * each request. Lines that are not JSON objects are a library's chatter.
 */
export type Hello =
  | { readonly build: string }
  /** It cannot run here, for this reason. */
  | { readonly missing: string };

export type Request =
  | { readonly do: 'prepare'; readonly workload: Workload }
  /** `amount` steps, images or frames of what was prepared. */
  | { readonly do: 'round'; readonly amount: number }
  | { readonly do: 'quit' };

export interface Prepared {
  /** Why this contender does not take part in this workload. */
  readonly skipped?: string;
}

export interface Round {
  readonly seconds: number;
  /** Of all threads, and of child processes: what the work takes, whatever else the machine does. */
  readonly processorSeconds: number;
  /** Of the last minibatch, nats per image: the same work comes to about the same bound. */
  readonly bound?: number;
}
