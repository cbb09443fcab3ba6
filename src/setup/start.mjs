/** `npm start`: sets up, then hands over to `vae start` with the same arguments. */
import { join } from 'node:path';
import { handOver } from './hand-over.mjs';
import { command, projectRoot, setUp } from './setup.mjs';

await command(async () => {
  await setUp();
  return handOver(process.execPath, [
    join(projectRoot, 'dist/engine/vae.cjs'),
    'start',
    ...process.argv.slice(2),
  ]);
});
