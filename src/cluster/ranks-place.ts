import * as z from 'zod';
import { visibleText } from '../text/visible-text';
import type { RayFiles } from './ray/files';
import { placeOf } from './train-script';

const MAX_BYTES = 100_000;
const MAX_TEXT = 2000;

/** What the job's own process writes beside the run, see python/latent_explorer_ray/ranks.py. */
const schema = z.object({
  node: z.string().regex(/^[0-9a-f]{1,100}$/),
  notice: z.string().nullish(),
});

/** Where the first of several ranks is. */
export interface RanksPlace {
  /** The node with the run's files. */
  readonly node: string;
  /** What the run told at its start, such as whether several ranks pay; may be empty. */
  readonly notice: string;
}

/** Reads where the first rank of a job is; null before it is known. @throws ClusterError */
export async function readPlace(files: RayFiles, driver: string, jobId: string): Promise<RanksPlace | null> {
  const name = placeOf(jobId).replace(/run$/, 'place.json');
  const bytes = await files.read(driver, name, MAX_BYTES);
  if (bytes === null) return null;
  try {
    const { node, notice } = schema.parse(JSON.parse(bytes.toString('utf8')));
    return { node, notice: visibleText(notice ?? '', MAX_TEXT) };
  } catch {
    return null;
  }
}
