import * as z from 'zod';
import { stopTraining } from '../../endpoint/stop-training';
import { readRun } from '../../runs/store';
import { formatCount } from '../../text/format-count';
import { run as runField } from '../fields';
import { runOf } from '../run-of';
import { defineTool } from '../tool';

/** Stops a training at a checkpoint. */
export const stopRun = defineTool({
  name: 'vae_stop_run',
  title: 'Stop Training',
  description:
    'Stops the training of a run after a checkpoint, so that its model can be used and the training resumed later. Fails if the run is not in training.',
  access: 'change',
  input: z.strictObject({ run: runField }),
  async run({ run: text }, { host, progress }) {
    const { folder, name } = await runOf(host, text);
    progress('waiting for a checkpoint');
    const means = await stopTraining(folder);
    const run = await readRun(folder);
    const samples = run.lastRow?.samples ?? 0;
    host.changed(folder);
    return {
      text:
        means === 'request'
          ? `${name} is trained on another machine, which was asked to stop and does so within seconds`
          : `${name} stopped after ${formatCount(samples)} training datapoints`,
      data: { run: name, state: run.outcome, step: run.lastRow?.step ?? 0, samples, means },
    };
  },
});
