import type { EngineStatus, Reconstructions, RunState } from '../../protocol/engine';
import type { MetricRow } from '../../domain/metrics';
import { CurveRows } from '../../domain/curve-rows';

/** Maximum status events per second. */
const NOTICES_PER_SECOND = 10;
const SPEED_SMOOTHING = 0.3;

export interface RunStatusListeners {
  status(status: EngineStatus): void;
  reconstructed(step: number): void;
}

/** Observable state of this process's run: the latest status, the metric rows and the reconstructions. */
export class RunStatus {
  private readonly curve = new CurveRows();
  private pictures: Reconstructions | null = null;
  private current: EngineStatus;
  private timer: NodeJS.Timeout | undefined;
  private lastSpeedRow: { samples: number; seconds: number } | null = null;
  private readonly listeners = new Set<RunStatusListeners>();

  constructor(runUri: string, state: RunState) {
    this.current = {
      state,
      message: '',
      runUri,
      step: 0,
      samples: 0,
      totalSamples: null,
      samplesPerSecond: null,
      secondsLeft: null,
      trainBound: null,
      validationBound: null,
      engine: '',
    };
  }

  get status(): EngineStatus {
    return this.current;
  }

  /** The metric rows in order; of a very long curve not every row. */
  get rows(): readonly MetricRow[] {
    return this.curve.rows();
  }

  get reconstructions(): Reconstructions | null {
    return this.pictures;
  }

  listen(listener: RunStatusListeners): void {
    this.listeners.add(listener);
  }

  /** Updates part of the status. Listeners hear of a new `state` at once and of other changes at most ten times a second. */
  update(change: Partial<EngineStatus>): void {
    const stateChanged = change.state !== undefined && change.state !== this.current.state;
    this.current = { ...this.current, ...change };
    if (stateChanged) this.announce();
    else this.timer ??= setTimeout(() => this.announce(), 1000 / NOTICES_PER_SECOND);
  }

  addRow(row: MetricRow): void {
    this.curve.add(row);
    this.show(row);
  }

  private show(row: MetricRow): void {
    const bound = row.type === 'train' ? { trainBound: row.elbo } : { validationBound: row.elbo };
    this.update({ step: row.step, samples: row.samples, ...bound, ...this.speed(row) });
  }

  /** Adds the earlier metric rows of a resumed run. They do not count towards its speed. */
  restore(rows: readonly MetricRow[]): void {
    for (const row of rows) this.addRow(row);
    this.forgetSpeed();
  }

  private forgetSpeed(): void {
    this.lastSpeedRow = null;
    this.update({ samplesPerSecond: null, secondsLeft: null });
  }

  /** Drops the rows after `step`, to which training went back. */
  goBack(step: number): void {
    this.curve.goBack(step);
    this.update({ step: 0, samples: 0, trainBound: null, validationBound: null });
    for (const row of this.rows) this.show(row);
    this.forgetSpeed();
  }

  setReconstructions(pictures: Reconstructions): void {
    this.pictures = pictures;
    for (const listener of this.listeners) listener.reconstructed(pictures.step);
  }

  private announce(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    for (const listener of this.listeners) listener.status(this.current);
  }

  private speed(row: MetricRow): Partial<EngineStatus> {
    if (row.type !== 'train') return {};
    const before = this.lastSpeedRow;
    this.lastSpeedRow = row;
    if (!before || row.seconds <= before.seconds) return {};
    const latest = (row.samples - before.samples) / (row.seconds - before.seconds);
    const smooth = this.current.samplesPerSecond;
    const samplesPerSecond = smooth === null ? latest : smooth + SPEED_SMOOTHING * (latest - smooth);
    const { totalSamples } = this.current;
    const secondsLeft = totalSamples === null ? null : (totalSamples - row.samples) / samplesPerSecond;
    return { samplesPerSecond, secondsLeft };
  }
}
