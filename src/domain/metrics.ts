/** A line of metrics.jsonl as it crosses wires. Bounds in nats per datapoint, higher is better; elbo = reconstruction - kl. */
export interface Bound {
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** The mean over the training minibatches since the row before. */
export interface TrainRow extends Bound {
  readonly type: 'train';
  readonly step: number;
  readonly samples: number;
  /** Seconds of training so far, pauses excluded; the only field that differs between repeats of a run. */
  readonly seconds: number;
}

/** The bound on the whole validation split. */
export interface ValidationRow extends Bound {
  readonly type: 'validation';
  readonly step: number;
  readonly samples: number;
  readonly seconds: number;
  readonly epoch: number;
  readonly klPerDimension: readonly number[];
}

export type MetricRow = TrainRow | ValidationRow;
