/** Bound in a line of metrics.jsonl, in nats per datapoint, higher is better; elbo = reconstruction - kl. */
export interface Bound {
  readonly elbo: number;
  readonly reconstruction: number;
  readonly kl: number;
}

/** Means over datapoints, in nats. */
export interface BoundSummary extends Bound {
  readonly count: number;
  /** Standard error of `elbo` over datapoints. */
  readonly standardError: number;
  readonly klPerDimension: Float32Array;
}

/** Mean over the training minibatches since the previous row. */
export interface TrainRow extends Bound {
  readonly type: 'train';
  readonly step: number;
  readonly samples: number;
  /** Seconds of training so far, excluding pauses; the only field that differs between repeats of a run. */
  readonly seconds: number;
}

/** Bound on the whole validation split. */
export interface ValidationRow extends Bound {
  readonly type: 'validation';
  readonly step: number;
  readonly samples: number;
  readonly seconds: number;
  readonly epoch: number;
  readonly klPerDimension: readonly number[];
}

export type MetricRow = TrainRow | ValidationRow;
