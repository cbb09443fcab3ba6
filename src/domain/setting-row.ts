/** A setting of config.json across several runs. */
export interface SettingRow {
  /** Path in config.json: `model.latent`, `training.optimizer.learningRate`. */
  readonly name: string;
  /** One value per run, written as JSON but without quotes around text; null if a run lacks the setting. */
  readonly values: readonly (string | null)[];
  readonly differs: boolean;
}
