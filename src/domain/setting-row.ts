/** A setting of config.json in several runs. */
export interface SettingRow {
  /** As config.json has it: `model.latent`, `training.optimizer.learningRate`. */
  readonly name: string;
  /** As JSON would write it, but text without its quotes; null where a run has no such setting. One for each run. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}
