import { posix } from 'node:path';
import type { ScriptOptions } from './script-options';
import { shellQuote } from './shell-quote';
import { trainCall } from './train-call';

/**
 * Returns a script that is run here and starts a training on another machine, which goes on when the connection ends.
 * @throws as `trainCall`
 */
export function sshScript(options: ScriptOptions, host: string): string {
  const { run, rows } = trainCall(options, null);
  const log = `${run}.log`;
  const remotely = (...words: string[]): string => shellQuote('ssh', host, shellQuote(...words));
  return [
    '#!/bin/sh',
    `# Trains a run of Latent Explorer on ${host}: run this file here. It begins the run there, or goes on with it; nothing is copied.`,
    '#',
    '# To follow:    ' + remotely('tail', '-f', log),
    `#               or open ${run} there with VS Code (Remote - SSH), or mount its folder here (sshfs)`,
    '# To stop:      ' + remotely('touch', `${run}/stop.request`),
    '#               it stops at a checkpoint within seconds, and this file goes on with it',
    '',
    '# The path is that of a shell that is not a login shell; where vae or Node.js are not on it, name them with --vae and --node.',
    `ssh ${shellQuote(host)} sh -s <<'END_OF_SCRIPT'`,
    `log=${shellQuote(log)}`,
    `mkdir -p ${shellQuote(posix.dirname(run))} || exit`,
    ...rows.map((row, i) => `${i === 0 ? 'nohup ' : '  '}${shellQuote(...row)} \\`),
    '  >> "$log" 2>&1 < /dev/null &',
    'vae=$!',
    'sleep 3',
    'if kill -0 "$vae" 2>/dev/null; then',
    '  echo "vae trains in process $vae; its output is in $log"',
    'else',
    '  wait "$vae"',
    '  code=$?',
    '  echo "vae has ended with $code; the end of $log:"',
    '  tail -n 20 "$log"',
    '  exit "$code"',
    'fi',
    'END_OF_SCRIPT',
  ].join('\n');
}
