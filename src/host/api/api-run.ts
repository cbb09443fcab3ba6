import type { Run } from '../../../api/latent-explorer';
import { statusOf } from '../runs/followed-run';
import type { RunEntry } from '../runs/runs-model';
import { fileUri } from '../local-files';

/** Describes a run that has a record, with what its engine says of a training. */
export function runOfEntry(entry: RunEntry): Run {
  const { folder, record } = entry;
  const { config, about, name, outcome, lastRow, best } = record!;
  const live = statusOf(entry);
  return {
    uri: fileUri(folder),
    name: about.name || name,
    state: live && (live.state === 'training' || live.state === 'paused') ? 'running' : outcome,
    preset: config.preset,
    dataset: config.data.name,
    latent: config.model.latent,
    step: live?.step ?? lastRow?.step ?? 0,
    samples: live?.samples ?? lastRow?.samples ?? 0,
    best: best && { step: best.step, elbo: best.elbo },
    tags: about.tags,
  };
}
