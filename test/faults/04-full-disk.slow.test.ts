/** The disk of a run is full: training pauses, says so, and goes on when it can; nothing of the run is lost. */
import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { newestCheckpoint } from '../../src/runs/checkpoint';
import { readMetricLines } from '../../src/runs/metrics';
import type { Cli } from '../cli/support';
import {
  cliWithWholeRun,
  expectSameRun,
  inMountNamespace,
  mayMount,
  TRAIN_60000,
  UNTIL_FOUND,
} from './support';

let cli: Cli;
beforeAll(async () => void (cli = await cliWithWholeRun()));
afterAll(() => cli.dispose());

describe.skipIf(!mayMount)('a run', () => {
  test('on a full disk pauses with path, need and room, and ends as if nothing had been', async () => {
    const script = `
      ${UNTIL_FOUND}
      mkdir disk && mount -t tmpfs -o size=3m none disk
      $VAE ${TRAIN_60000} --run disk/run > out.txt 2> err.txt & pid=$!
      until [ -e disk/run/checkpoints ] && [ "$(ls disk/run/checkpoints)" ]; do kill -0 $pid || exit 1; sleep 0.05; done
      kill -STOP $pid
      cat /dev/zero > disk/filler 2> /dev/null
      kill -CONT $pid
      until_found 'Training is paused'
      cp -r disk/run paused
      rm disk/filler
      wait $pid; echo "code $?"; cp -r disk/run ended; cat err.txt >&2`;
    const { stdout, stderr } = await inMountNamespace(cli, script);
    expect(stdout).toContain('code 0');
    expect(stderr).toMatch(
      /Training is paused, because the disk is full: [\d,]+ bytes are needed in \S+run, [\d,]+ are free/,
    );
    // What was there while it was paused: whole lines, and a checkpoint that loads.
    const lines = await readFile(cli.path('paused/metrics.jsonl'), 'utf8');
    expect(lines.endsWith('\n')).toBe(true);
    expect((await readMetricLines(cli.path('paused'))).length).toBe(lines.split('\n').length - 1);
    const damaged: string[] = [];
    expect(await newestCheckpoint(cli.path('paused'), (message) => damaged.push(message))).not.toBeNull();
    expect(damaged).toEqual([]);
    expect(await readFile(cli.path('ended/log.txt'), 'utf8')).toContain('training goes on');
    await expectSameRun(cli.path('ended'), cli.path('whole'));
  });

  test('that is stopped while the disk is full ends, and resumes from its checkpoint', async () => {
    const script = `
      ${UNTIL_FOUND}
      mkdir -p disk2 && mount -t tmpfs -o size=3m none disk2
      $VAE ${TRAIN_60000} --run disk2/run > out.txt 2> err.txt & pid=$!
      until [ -e disk2/run/checkpoints ] && [ "$(ls disk2/run/checkpoints)" ]; do kill -0 $pid || exit 1; sleep 0.05; done
      kill -STOP $pid
      cat /dev/zero > disk2/filler 2> /dev/null
      kill -CONT $pid
      until_found 'Training is paused'
      kill -TERM $pid; wait $pid; echo "stopped $?"
      cat out.txt; ls -a disk2/run
      rm disk2/filler
      $VAE resume disk2/run --engine onnx --threads 1 > out.txt 2>&1; echo "resumed $?"; cp -r disk2/run resumed`;
    const { stdout } = await inMountNamespace(cli, script);
    expect(stdout).toContain('stopped 130');
    expect(stdout).toContain('stopped without a checkpoint, because the disk is full');
    expect(stdout).not.toContain('run.lock');
    expect(stdout).toContain('resumed 0');
    await expectSameRun(cli.path('resumed'), cli.path('whole'));
  });
});
