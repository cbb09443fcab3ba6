import type { EngineStatus } from '../protocol/engine';
import type { MetricRow } from '../domain/metrics';
import { formatReport, titled } from './report';
import { formatCount } from '../text/format-count';
import { formatBound, formatNats, formatSeconds } from './format';
import type { CliOutput } from './output';

/** Minimum interval between progress lines when there is no terminal. */
const PLAIN_LINE_MS = 5000;
const BAR_WIDTH = 24;

/** Reports training progress: a bar on a terminal, plain lines without one, every row with --json. */
export class TrainingReport {
  private lastPlainLine: number;
  private lastText = '';
  /** Notices about this training, like skipped files, one per line. */
  private notices = '';
  private engine = '';

  private start: number;

  /**
   * @param now milliseconds of any monotonic clock
   * @param limit seconds of training after which training is stopped; Infinity for no limit
   */
  constructor(
    private readonly folder: string,
    private readonly output: CliOutput,
    private readonly now: () => number,
    private readonly limit = Infinity,
  ) {
    this.start = now();
    this.lastPlainLine = this.start;
  }

  onRow(row: MetricRow): void {
    if (row.type === 'train') return this.output.say(null, row);
    this.lastPlainLine = this.now();
    this.output.say(validationLine(row), row);
  }

  onStatus(planned: EngineStatus): void {
    const status = this.withinLimit(planned);
    if (status.engine !== '' && this.engine === '') {
      const { engine } = status;
      this.engine = engine;
      this.start = this.now();
      this.output.say([titled('run', this.folder), titled('engine', engine)], {
        type: 'run',
        folder: this.folder,
        engine,
      });
      const { dataset = [] } = status;
      // Its warnings are among the notices.
      const told = dataset.filter(({ level }) => level === 'info');
      if (told.length > 0) this.output.say(formatReport(told), { type: 'dataset', lines: dataset });
    }
    const speaks = status.state === 'training' || status.state === 'paused';
    if (speaks && status.message !== this.notices) {
      this.notices = status.message;
      if (status.message !== '') this.output.warn(status.message.split('\n'));
    }
    this.output.progress(progressBar(status));
    if (!this.output.terminal) this.plainLine(status);
  }

  /** Returns progress and time left relative to the time limit if it comes before the planned end. */
  private withinLimit(status: EngineStatus): EngineStatus {
    const elapsed = (this.now() - this.start) / 1000;
    const left = Math.max(0, this.limit - elapsed);
    if (left === Infinity || status.secondsLeft === null || status.secondsLeft <= left) return status;
    return {
      ...status,
      secondsLeft: left,
      totalSamples: Math.round((status.samples * this.limit) / elapsed),
    };
  }

  private plainLine(status: EngineStatus): void {
    const text =
      status.state === 'preparing' ? status.message : status.state === 'training' ? progressLine(status) : '';
    if (text === '' || text === this.lastText || this.now() - this.lastPlainLine < PLAIN_LINE_MS) return;
    this.lastPlainLine = this.now();
    this.lastText = text;
    this.output.say(text, null);
  }

  /** Removes the bar; call when training has ended. */
  end(): void {
    this.output.progress('');
  }
}

/** Rounds to tenths: validations fall on steps, which need not be whole epochs. */
const tenths = new Intl.NumberFormat('en-US', { maximumFractionDigits: 1 });

function validationLine(row: MetricRow & { type: 'validation' }): string {
  const epoch = `epoch ${tenths.format(row.epoch)}`.padEnd(10);
  const samples = `${formatCount(row.samples)} samples`.padStart(16);
  return `${epoch} ${samples}   validation bound ${formatBound(row)} nats   ${formatSeconds(row.seconds)}`;
}

/** Returns the parts that bar and plain line share: bound, speed and time left, as far as known. */
function figures(status: EngineStatus): string[] {
  const parts: string[] = [];
  if (status.trainBound !== null) parts.push(`bound ${formatNats(status.trainBound)}`);
  if (status.validationBound !== null) parts.push(`validation ${formatNats(status.validationBound)}`);
  if (status.samplesPerSecond !== null) parts.push(`${formatCount(status.samplesPerSecond)} samples/s`);
  if (status.secondsLeft !== null) parts.push(`${formatSeconds(status.secondsLeft)} left`);
  return parts;
}

export function progressLine(status: EngineStatus): string {
  return [`${formatCount(status.samples)} samples`, ...figures(status)].join('   ');
}

export function progressBar(status: EngineStatus): string {
  if (status.state === 'preparing') return status.message !== '' ? status.message : 'preparing';
  const fraction = status.totalSamples ? Math.min(1, status.samples / status.totalSamples) : 0;
  const full = Math.round(fraction * BAR_WIDTH);
  const bar = `[${'#'.repeat(full)}${'.'.repeat(BAR_WIDTH - full)}]`;
  const state = status.state === 'training' ? [] : [status.state];
  return [`${bar} ${Math.floor(fraction * 100)} %`, ...state, ...figures(status)].join('  ');
}
