import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

/** One test: throws when it fails. What it gives back (a figure that was measured) is printed beside its name. */
export interface Test<Context> {
  readonly name: string;
  run(context: Context): Promise<string | void>;
}

const TRIES = 3;

/** Prints a line for each test and counts. */
export class Report {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0 };

  private readonly only: RegExp;
  private readonly failures: string[] = [];

  /** @param only runs no test whose name does not match this pattern */
  constructor(only = '') {
    this.only = new RegExp(only);
  }

  title(text: string): void {
    process.stdout.write(`\n${text}\n`);
  }

  passed(name: string, seconds: number, note = ''): void {
    this.counts.passed++;
    process.stdout.write(`  ok    ${name} (${seconds.toFixed(1)} s)${note && `: ${note}`}\n`);
  }

  failed(name: string, seconds: number, why: string): void {
    this.counts.failed++;
    this.failures.push(`${name}: ${why.trim().split('\n')[0]}`);
    this.trouble('FAIL ', name, seconds, why);
  }

  private trouble(word: string, name: string, seconds: number, why: string): void {
    const indented = why.trim().split('\n').slice(0, 24).join('\n        ');
    process.stdout.write(`  ${word} ${name} (${seconds.toFixed(1)} s)\n        ${indented}\n`);
  }

  skipped(names: readonly string[], why: string): void {
    this.counts.skipped += names.length;
    for (const name of names) process.stdout.write(`  skip  ${name}\n`);
    process.stdout.write(`        ${why}\n`);
  }

  note(text: string): void {
    process.stdout.write(`        ${text}\n`);
  }

  wants(name: string): boolean {
    return this.only.test(name);
  }

  /**
   * Runs tests in order, each for at most `limit` seconds; `onFailure` may keep a picture of what was seen. A test that
   * fails is tried again, the third time after `recover`, and every try is printed: a window on a busy machine now and then
   * misses a click, or loads less than it should.
   */
  async run<Context>(
    tests: readonly Test<Context>[],
    context: Context,
    limit: number,
    { onFailure, recover }: { onFailure: (name: string) => Promise<void>; recover: () => Promise<void> },
  ): Promise<void> {
    for (const test of tests.filter(({ name }) => this.wants(name))) {
      for (let left = TRIES - 1; left >= 0; left--) {
        if (left === 0) await within(recover(), limit).catch(() => undefined);
        const start = performance.now();
        const seconds = (): number => (performance.now() - start) / 1000;
        try {
          const note = await within(test.run(context), limit);
          this.passed(test.name, seconds(), note ?? '');
          break;
        } catch (error) {
          const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
          if (left === 0) this.failed(test.name, seconds(), why);
          else this.trouble('again', test.name, seconds(), why);
          await onFailure(test.name).catch(() => undefined);
        }
      }
    }
  }

  /** Names the failures once more, at the end where they are seen, and leaves the counts in a file. */
  async write(file: string): Promise<void> {
    for (const failure of this.failures) process.stdout.write(`\nFAIL  ${failure}`);
    process.stdout.write('\n');
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, `${JSON.stringify(this.counts)}\n`);
  }
}

/** The promise's result, or an error after so many seconds. */
export async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
