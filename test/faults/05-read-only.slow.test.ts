/** The folder of a run becomes read-only: training pauses, names the folder, and goes on when it can. */
import { afterAll, beforeAll, expect, test } from 'vitest';
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

test.skipIf(!mayMount)('a run whose folder becomes read-only pauses and names the folder', async () => {
  const script = `
      ${UNTIL_FOUND}
      $VAE ${TRAIN_60000} --run run > out.txt 2> err.txt & pid=$!
      until [ -e run/checkpoints ] && [ "$(ls run/checkpoints)" ]; do kill -0 $pid || exit 1; sleep 0.05; done
      kill -STOP $pid
      mount --bind run run && mount -o remount,bind,ro run
      kill -CONT $pid
      until_found 'Training is paused'
      umount run
      wait $pid; echo "code $?"; cat err.txt >&2`;
  const { stdout, stderr } = await inMountNamespace(cli, script);
  expect(stdout).toContain('code 0');
  expect(stderr).toMatch(
    /Training is paused, because \S+run cannot be written \(EROFS\): its disk is read-only/,
  );
  await expectSameRun(cli.path('run'), cli.path('whole'));
});
