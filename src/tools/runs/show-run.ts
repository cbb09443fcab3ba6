import * as z from 'zod';
import type { MetricRow } from '../../domain/metrics';
import { connectToRun } from '../../endpoint/client';
import type { EngineStatus } from '../../protocol/engine';
import { boundLabel } from '../../runs/bound-label';
import { thinnedRows } from '../../runs/comparison';
import { readNewestMetrics } from '../../runs/metrics';
import { runSummary } from '../../runs/run-summary';
import type { RunRecord } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { run as runField } from '../fields';
import { rounded } from '../pictures';
import { modelRunOf, runOf, shownPath } from '../run-of';
import { defineTool } from '../tool';
import { runPicture, RUN_PICTURES } from './run-pictures';

/** How long to wait for a live engine's state, in ms. */
const STATUS_TIMEOUT_MS = 5000;
const MAX_ROWS = 200;

/** Shows the state of a run. */
export const showRun = defineTool({
  name: 'vae_show_run',
  title: 'Show Run',
  description:
    'Shows one run: its state, the progress and expected end of a training, the learning curve, the best bound with the conditions it was measured under, and the settings. With pictures, also reconstructions of images and samples. Call it again to follow a training.',
  access: 'read',
  input: z.strictObject({
    run: runField,
    rows: z.int().min(0).max(MAX_ROWS).default(30).describe('Maximum rows of the curve, evenly spread.'),
    pictures: z.boolean().default(false).describe('Whether to add pictures that the model makes.'),
  }),
  async run({ run: text, rows, pictures }, { host, signal }) {
    const run = await (pictures ? modelRunOf(host, text) : runOf(host, text));
    const { config } = run;
    const live = run.outcome === 'running' ? await statusOf(run.folder) : null;
    const curve = spread(thinnedRows((await readNewestMetrics(run.folder)).rows), rows).map(rowOf);
    const made = [];
    for (const kind of pictures ? RUN_PICTURES : [])
      made.push(await runPicture(host, run.folder, kind, signal));
    return {
      text: stateText(run, live),
      data: {
        ...runSummary(run),
        folder: shownPath(host, run.folder),
        live: live && {
          state: live.state,
          message: live.message,
          step: live.step,
          samples: live.samples,
          totalSamples: live.totalSamples,
          secondsLeft: live.secondsLeft,
          engine: live.engine,
        },
        label: boundLabel(config),
        images: {
          count: config.data.count,
          width: config.data.width,
          height: config.data.height,
          channels: config.data.channels,
        },
        totalSamples: config.training.samples,
        curve,
      },
      pictures: made.filter((picture) => picture !== null),
    };
  },
});

async function statusOf(folder: string): Promise<EngineStatus | null> {
  const connection = await connectToRun(folder, STATUS_TIMEOUT_MS).catch(() => null);
  if (connection === null) return null;
  try {
    return await connection.client.call('status', {}, AbortSignal.timeout(STATUS_TIMEOUT_MS));
  } catch {
    return null;
  } finally {
    connection.client.dispose();
  }
}

/** Keeps at most `count` rows, the first and the last among them. */
function spread(rows: readonly MetricRow[], count: number): MetricRow[] {
  if (rows.length <= count) return [...rows];
  if (count < 2) return rows.slice(rows.length - count);
  return Array.from({ length: count }, (_, i) => rows[Math.round((i * (rows.length - 1)) / (count - 1))]!);
}

const rowOf = ({ type, step, samples, seconds, elbo, reconstruction, kl }: MetricRow) => ({
  ...{ type, step, samples, seconds: rounded(seconds) },
  ...{ elbo: rounded(elbo), reconstruction: rounded(reconstruction), kl: rounded(kl) },
});

function stateText(run: RunRecord, live: EngineStatus | null): string {
  const { name, outcome, message, best, lastRow, config } = run;
  if (config.opened !== undefined)
    return `${name}: a model that was trained elsewhere, of ${formatCount(config.model.latent)} latent dimensions; ${boundLabel(config)}`;
  const samples = formatCount(live?.samples ?? lastRow?.samples ?? 0);
  const total = formatCount(live?.totalSamples ?? config.training.samples);
  const left = live?.secondsLeft == null ? '' : `, about ${formatCount(Math.ceil(live.secondsLeft))} s left`;
  const bound =
    best === null
      ? 'no validation bound yet'
      : `best validation bound ${best.elbo.toFixed(2)} nats per datapoint at step ${formatCount(best.step)} (${boundLabel(config)}; higher is better)`;
  const said = live?.message || message;
  return `${name}: ${live?.state ?? outcome}${said === '' ? '' : ` (${said})`}, ${samples} of ${total} training datapoints${left}; ${bound}`;
}
