import { runCli } from './cli';

// `vae runs | head` closes our output early: that is no error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

const { stdout, stderr } = process;
void runCli(process.argv.slice(2), { cwd: process.cwd(), stdout, stderr }).then((code) => {
  // The engines keep threads alive, so the process must be ended; not before the output is out.
  process.exitCode = code;
  stdout.write('', () => stderr.write('', () => process.exit(code)));
});
