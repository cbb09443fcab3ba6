import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Binding } from './binding';

/** A program that TensorFlow has loaded, with its variables and with what XLA has compiled of it. */
export interface LoadedProgram {
  readonly id: number;
  readonly key: string;
  /** Shapes of images for which the training loop was compiled, as text. */
  readonly compiled: Set<string>;
}

/**
 * Programs of TensorFlow, of which the last one released is kept: the trials of several step sizes, and the training that follows them,
 * run the same program, which is then loaded and compiled once.
 */
export class ProgramPool {
  private idle: LoadedProgram | null = null;

  constructor(private readonly binding: Binding) {}

  /** Returns a program for these bytes of a SavedModel; its variables may have any values. */
  take(bytes: Uint8Array): LoadedProgram {
    const key = createHash('sha256').update(bytes).digest('hex');
    const { idle } = this;
    if (idle?.key === key) {
      this.idle = null;
      return idle;
    }
    return { id: this.load(bytes), key, compiled: new Set() };
  }

  release(program: LoadedProgram): void {
    if (this.idle === program) return;
    if (this.idle) this.binding.deleteSavedModel(this.idle.id);
    this.idle = program;
  }

  private load(bytes: Uint8Array): number {
    const folder = mkdtempSync(join(tmpdir(), 'latent-explorer-'));
    try {
      writeFileSync(join(folder, 'saved_model.pb'), bytes);
      return this.binding.loadSavedModel(folder, 'serve');
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
}
