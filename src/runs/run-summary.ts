import type { RunRecord } from './store';

/** What lists of runs tell programs about a run; bounds are in nats per datapoint. */
export function runSummary(run: RunRecord) {
  const { config, lastRow, best } = run;
  return {
    name: run.name,
    folder: run.folder,
    about: run.about,
    state: run.outcome,
    message: run.message,
    ...(run.remote && { cluster: { name: run.remote.target, state: run.remote.state } }),
    preset: config.preset,
    dataset: config.data.name,
    latent: config.model.latent,
    seed: config.seed,
    createdAt: config.createdAt,
    step: lastRow?.step ?? 0,
    samples: lastRow?.samples ?? 0,
    best: best
      ? { elbo: best.elbo, reconstruction: best.reconstruction, kl: best.kl, step: best.step }
      : null,
    checkpoints: run.checkpoints,
  };
}
