import type { RunConfig } from '../../runs/config';
import { parseConfig } from '../../runs/store';

/** What the first rank tells the others: what is trained, and where its images were in the dataset that the run began with. */
interface RankTask {
  readonly config: RunConfig;
  /** As `Dataset.numbers`. */
  readonly positions: Uint32Array | null;
}

export const rankTask = (config: RunConfig, positions: Uint32Array | undefined): string =>
  JSON.stringify({ config, positions: positions ? Array.from(positions) : null });

/** @throws RunError if the configuration is invalid */
export async function parseRankTask(text: string): Promise<RankTask> {
  const { config, positions } = JSON.parse(text) as { config: unknown; positions: number[] | null };
  return {
    config: await parseConfig(JSON.stringify(config), 'the configuration of the first rank'),
    positions: positions && Uint32Array.from(positions),
  };
}
