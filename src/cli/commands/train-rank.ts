import { Command } from 'commander';
import { followFirstRank } from '../../engine-process/jobs/rank-job';
import { wholeNumber } from '../arguments';
import type { Context } from '../context';
import { watchInterrupts } from '../interrupt';

/**
 * `vae train-rank`, of which one is started for each rank of a training but the first, which is `vae train` or `vae resume`. Environment
 * variables say which rank it is.
 */
export function trainRankCommand(context: Context): Command {
  return new Command('train-rank')
    .description('train a run together with other ranks, which have its folder')
    .option('--threads <n>', 'number of engine threads (default: one per core)', wholeNumber(1))
    .option('--json', 'print one JSON object per line')
    .action(async ({ threads }: { readonly threads?: number }) => {
      // The first rank stops at a checkpoint, and ends the others.
      const interrupts = watchInterrupts({ onFirst: () => undefined });
      try {
        await followFirstRank({ threads: threads ?? null }, new AbortController().signal, (text) =>
          context.output.progress(text),
        );
      } finally {
        context.output.progress('');
        interrupts.dispose();
      }
    });
}
