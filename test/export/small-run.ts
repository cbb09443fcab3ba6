import { expect } from 'vitest';
import { Cli } from '../cli/support';

/** The command, in a folder with the run `run` of 60 digits, which was trained for a moment. */
export async function cliWithSmallRun(): Promise<Cli> {
  const cli = await Cli.build();
  const data = ['--data', 'digits:60', '--preset', 'fast', '--engine', 'onnx', '--samples', '600'];
  const sizes = ['--set', 'hidden=8', '--set', 'latent=2', '--run', 'run'];
  expect((await cli.run(['train', ...data, ...sizes])).stderr).toBe('');
  return cli;
}
