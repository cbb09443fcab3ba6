/** `npm start`: sets up, then hands over to `vae start` with the same arguments. */
import { join } from 'node:path';
import { handOver } from './hand-over.mjs';
import { keepIgnoredSignals } from './ignored-signals.mjs';
import { surviveLostTerminal } from './lost-terminal.mjs';
import { command, projectRoot, setUp } from './setup.mjs';

// npm puts a shell of its own in between, which says nothing of the background.
keepIgnoredSignals(['SIGHUP']);
surviveLostTerminal();
await command(async () => {
  await setUp();
  return handOver(process.execPath, [
    join(projectRoot, 'dist/engine/vae.cjs'),
    'start',
    ...process.argv.slice(2),
  ]);
});
