import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';

export interface Counts {
  passed: number;
  failed: number;
  skipped: number;
  /** Times that a named fault of the editor itself was recovered from (editor/window.ts). */
  editorRestarted: number;
}

export interface TestResult {
  readonly name: string;
  readonly seconds: number;
  readonly state: 'passed' | 'failed' | 'skipped';
  readonly why?: string;
}

/** Lines of a failure that are printed; the rest is in its folder. */
const PRINTED = 24;

/** Prints a line for each test, and what it says of its steps below; counts. No test is run twice. */
export class Report {
  readonly counts: Counts = { passed: 0, failed: 0, skipped: 0, editorRestarted: 0 };
  private readonly tests: TestResult[] = [];

  /**
   * @param evidence where a test keeps what tells of its failure
   * @param seed of the order
   */
  constructor(
    private readonly seed: number,
    private readonly evidence: (name: string) => string,
  ) {}

  title(text: string): void {
    process.stdout.write(`\n${text}\n`);
  }

  passed(name: string, seconds: number, notes: readonly string[] = []): void {
    this.add({ name, seconds, state: 'passed' });
    process.stdout.write(`  ok    ${name} (${seconds.toFixed(1)} s)\n${indented(notes)}`);
  }

  failed(name: string, seconds: number, why: string, notes: readonly string[] = []): void {
    this.add({ name, seconds, state: 'failed', why });
    const lines = why.trim().split('\n').slice(0, PRINTED);
    process.stdout.write(`  FAIL  ${name} (${seconds.toFixed(1)} s)\n${indented([...notes, ...lines])}`);
  }

  skipped(names: readonly string[], why: string): void {
    for (const name of names) {
      this.add({ name, seconds: 0, state: 'skipped', why });
      process.stdout.write(`  skip  ${name}\n`);
    }
    process.stdout.write(indented([why]));
  }

  /** A fault of the editor, in words, that was recovered from. */
  editorRestarted(why: string): void {
    this.counts.editorRestarted++;
    process.stdout.write(`        editor restarted: ${why}\n`);
  }

  /** Names the failures once more, at the end where they are seen, and leaves the results in a file. */
  async write(file: string): Promise<void> {
    for (const { name, state, why = '' } of this.tests)
      if (state === 'failed')
        process.stdout.write(`\nFAIL  ${name}: ${why.trim().split('\n')[0]}\n      ${this.evidence(name)}\n`);
    process.stdout.write(`\neditor restarted: ${this.counts.editorRestarted}\nseed: ${this.seed}\n`);
    await mkdir(dirname(file), { recursive: true });
    const result = { ...this.counts, seed: this.seed, tests: this.tests };
    await writeFile(file, `${JSON.stringify(result, null, 1)}\n`);
  }

  private add(result: TestResult): void {
    this.tests.push(result);
    this.counts[result.state]++;
  }
}

const indented = (lines: readonly string[]): string =>
  lines.map((line) => `        ${line.replaceAll('\n', '\n        ')}\n`).join('');

/** The promise's result, or an error after so many seconds. */
export async function within<T>(promise: Promise<T>, seconds: number): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${seconds} s`)), seconds * 1000);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
