import { createInterface } from 'node:readline';
import type { Hello, Prepared, Request, Round } from '../compare/protocol';
import type { Workload } from '../compare/workloads';
import { processorMs } from './processor-time';

/** Does `amount` of the prepared work; a training says the bound of its last minibatch. */
export type Runner = (amount: number) => Promise<{ readonly bound?: number }>;

export interface Contender {
  readonly build: string;
  prepare(workload: Workload): Promise<Runner | { readonly skipped: string }>;
}

function send(reply: Hello | Prepared | Round | { readonly error: string }): void {
  process.stdout.write(`${JSON.stringify(reply)}\n`);
}

/** The contender's side of the protocol. @param open refuses with the reason where it cannot run here */
export async function serve(open: () => Promise<Contender | { readonly missing: string }>): Promise<void> {
  const contender = await open();
  if ('missing' in contender) return send(contender);
  send({ build: contender.build });
  let runner: Runner | undefined;
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    try {
      switch (request.do) {
        case 'prepare': {
          const prepared = await contender.prepare(request.workload);
          if (typeof prepared === 'function') runner = prepared;
          send(typeof prepared === 'function' ? {} : prepared);
          break;
        }
        case 'round': {
          const processor = processorMs();
          const start = performance.now();
          const result = await runner!(request.amount);
          const seconds = (performance.now() - start) / 1000;
          send({ seconds, processorSeconds: (processorMs() - processor) / 1000, ...result });
          break;
        }
        case 'quit':
          // Native threads may live on; nothing is left to be written.
          return process.exit(0);
        default:
          request satisfies never;
      }
    } catch (error) {
      send({ error: (error as Error).stack ?? String(error) });
    }
  }
}
