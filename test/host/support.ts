import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach } from 'vitest';
import { openEndpoint } from '../../src/endpoint/server';
import type { EngineStatus } from '../../src/protocol/engine';
import type { Handlers } from '../../src/protocol/rpc';
import { runConfigSchema } from '../../src/runs/config';
import type { RunConfig } from '../../src/runs/config';
import { status } from '../support/engine-status';
import { eventually } from '../support/eventually';
import { EARLY_CONFIG } from '../support/run-config';
import type { EngineMethods } from '../../src/protocol/schemas/engine';

/** English, as `vscode.l10n.t` gives it where there is no translation. */
export const t = (message: string, ...values: (string | number)[]): string =>
  message.replace(/\{(\d+)\}/g, (_, index: string) => String(values[Number(index)]));

/** A folder for each test, and endpoints of its own beside those of real runs. */
export function useFolder(): { path: () => string } {
  let folder = '';
  const before = process.env['XDG_STATE_HOME'];
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'vae-'));
    process.env['XDG_STATE_HOME'] = join(folder, 'state');
  });
  afterEach(async () => {
    if (before === undefined) delete process.env['XDG_STATE_HOME'];
    else process.env['XDG_STATE_HOME'] = before;
    await rm(folder, { recursive: true, force: true });
  });
  return { path: () => folder };
}

export function config(change: Partial<RunConfig> = {}): RunConfig {
  return runConfigSchema.parse({ ...EARLY_CONFIG, ...change });
}

/** A real endpoint whose engine only reports a status. */
export async function reportingEngine(runFolder: string, mode: 'train' | 'serve' = 'train') {
  let current = status({ runUri: pathToFileURL(runFolder).href });
  let hold: Promise<void> = Promise.resolve();
  const calls: string[] = [];
  const table: Partial<Handlers<EngineMethods>> = {
    hello: () => ({ protocol: 1, product: 'test', mode, pid: process.pid }),
    status: async () => {
      calls.push('status');
      await hold;
      return current;
    },
    stop: () => void calls.push('stop'),
    metrics: () => [],
  };
  const endpoint = await openEndpoint(runFolder, 'test', table as Handlers<EngineMethods>);
  return {
    calls,
    endpoint,
    hold(until: Promise<void>): void {
      hold = until;
    },
    report(change: Partial<EngineStatus>): void {
      current = { ...current, ...change };
      endpoint.emit('changed', { step: current.step, state: current.state });
    },
  };
}

/** Resolves when `condition` holds. */
export async function until(condition: () => boolean): Promise<void> {
  await eventually(condition).toBe(true);
}
