/** Row 6: everything works where runs and results lie on other devices than TMPDIR, since temporary files lie beside their targets. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Cli } from '../cli/support';
import { inMountNamespace, mayMount, SMALL } from './support';

let cli: Cli;
beforeAll(async () => (cli = await Cli.build()));
afterAll(() => cli.dispose());

/** Makes `disk` and `out` file systems of their own, between which no file can be renamed, and TMPDIR one that cannot be written. */
const DEVICES = `
  for place in disk out temporary; do mkdir -p $place; mount -t tmpfs -o size=16m none $place; done
  mount -o remount,ro temporary; export TMPDIR=$PWD/temporary
  touch disk/a; ln disk/a out/a 2> /dev/null && echo one device
  touch temporary/a 2> /dev/null && echo writable`;

const TRAIN = ['train', '--data', 'digits:300', ...SMALL, '--samples', '3000', '--set', 'snapshots=true'];

describe.skipIf(!mayMount)('on other devices than TMPDIR', () => {
  test('a run is trained, resumed and used, and its results are written', async () => {
    const engine = '--engine onnx --threads 1';
    const script = `
      ${DEVICES}
      $VAE ${TRAIN.join(' ')} --run disk/run && echo trained
      $VAE resume disk/run ${engine} && echo resumed
      $VAE evaluate disk/run ${engine} --per-image out/bounds.csv && echo evaluated
      $VAE manifold disk/run ${engine} --out out/manifold.png && echo drawn
      $VAE export disk/run --out out/onnx && echo exported
      ls -A disk/run disk/run/checkpoints out out/onnx | grep vae-tmp || echo tidy
      ls -A temporary`;
    const { stdout, stderr } = await inMountNamespace(cli, script);
    expect(stderr).toBe('');
    expect(stdout).not.toMatch(/one device|writable/);
    for (const done of ['trained', 'resumed', 'evaluated', 'drawn', 'exported', 'tidy'])
      expect(stdout.split('\n')).toContain(done);
  });
});
