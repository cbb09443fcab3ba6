/** `npm start`: runs setup, then hands over to `vae start` with the same arguments. */
import { join } from 'node:path';
import { handOver } from './hand-over.mjs';
import { keepIgnoredSignals } from './ignored-signals.mjs';
import { surviveLostTerminal } from './lost-terminal.mjs';
import { command, projectRoot, setUp } from './setup.mjs';

// npm starts a shell in between, which hides whether this is a background job.
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
