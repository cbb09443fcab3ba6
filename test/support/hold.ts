import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { eventually } from './eventually';

// In quotes, a backslash would quote.
const PRELOAD = resolve(__dirname, 'hold.cjs').replaceAll('\\', '/');

/**
 * Steps at which a training stands still once it has recorded them (or the next row after them), until it is let go: whoever
 * disturbs it in the middle finds it there, without a training so long that it cannot be missed.
 */
export class Hold {
  private readonly folder = mkdtempSync(join(tmpdir(), 'vae-hold-'));

  constructor(private readonly steps: readonly number[]) {}

  /** The environment of the process, and of those that it starts. */
  get environment(): NodeJS.ProcessEnv {
    const { NODE_OPTIONS = '' } = process.env;
    return {
      ...process.env,
      NODE_OPTIONS: `${NODE_OPTIONS} --require "${PRELOAD}"`,
      VAE_TEST_HOLD: JSON.stringify({ folder: this.folder, steps: this.steps }),
    };
  }

  /** The same for a shell, as a line of its script. */
  get exports(): string {
    const { NODE_OPTIONS, VAE_TEST_HOLD } = this.environment;
    return `export NODE_OPTIONS='${NODE_OPTIONS}' VAE_TEST_HOLD='${VAE_TEST_HOLD}'`;
  }

  /** Waits until it stands at the step. */
  async held(step: number): Promise<void> {
    await eventually(() => existsSync(join(this.folder, `${step}.held`)), `held at ${step}`).toBe(true);
  }

  /** Lets it go on from the step, and whoever comes there again after a resume. */
  free(step: number): void {
    writeFileSync(join(this.folder, `${step}.free`), '');
  }
}
