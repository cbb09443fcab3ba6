/** `npm run explore [RUN]`: opens the product in a separate VS Code in the browser, until Ctrl-C. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { closeSync, openSync, statSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { ensureServer } from './editor.mjs';
import { keepIgnoredSignals } from './ignored-signals.mjs';
import { stateRoot } from './locations.mjs';
import { run, say, tail } from './run.mjs';
import { command, projectRoot, setUp } from './setup.mjs';
import { folderToOpen } from './workspace-of.mjs';
import { ensureFolder } from './ensure-folder.mjs';

// npm starts a shell in between, which hides whether this is a background job.
keepIgnoredSignals(['SIGHUP']);
await command(async () => {
  // npm runs scripts in the project folder; INIT_CWD is the user's working directory.
  const given = resolve(process.env.INIT_CWD ?? '.', process.argv[2] ?? '.');
  if (!statSync(given, { throwIfNoEntry: false })?.isDirectory())
    throw new Error(`${given} is not a folder; give a run folder, or a folder with images, or nothing`);
  await setUp();
  const server = await ensureServer();
  if ('missing' in server) throw new Error(server.missing);
  const home = join(stateRoot(), 'explore');
  await ensureFolder(home, 0o700);
  const folders = [
    ...['--user-data-dir', join(home, 'user')],
    ...['--server-data-dir', join(home, 'server')],
    ...['--extensions-dir', join(home, 'extensions')],
  ];
  await installExtension(server, folders);
  return serve(server, folders, home, folderToOpen(given));
});

/**
 * Packages and installs the extension as users get it, so that nothing works only from the sources.
 * @param {import('./editor.mjs').Server} server
 * @param {readonly string[]} folders
 */
async function installExtension({ node, serverMain }, folders) {
  const vsix = join(projectRoot, 'out', 'explore.vsix');
  await ensureFolder(dirname(vsix));
  const vsce = join(projectRoot, 'node_modules/@vscode/vsce/vsce');
  const options = ['--no-dependencies', '--allow-missing-repository', '--no-rewrite-relative-links'];
  const packaging = [vsce, 'package', ...options, '-o', vsix];
  const packaged = await run(process.execPath, packaging, { cwd: projectRoot });
  if (packaged.code !== 0) throw new Error(`the extension could not be packaged:\n${tail(packaged.output)}`);
  const args = [
    serverMain,
    '--accept-server-license-terms',
    ...folders,
    '--install-extension',
    vsix,
    '--force',
  ];
  const installed = await run(node, args);
  if (installed.code !== 0)
    throw new Error(`the extension could not be installed:\n${tail(installed.output)}`);
}

/**
 * Serves on the loopback address to anyone who has the token, until a signal or the server's end.
 * @param {import('./editor.mjs').Server} server
 * @param {readonly string[]} folders
 * @param {string} home
 * @param {string} workspace
 * @returns {Promise<number>}
 */
async function serve({ node, serverMain }, folders, home, workspace) {
  const token = randomBytes(24).toString('hex');
  // In a file, because every user of the machine can read command lines.
  const tokenFile = join(home, `token-${process.pid}`);
  await writeFile(tokenFile, token, { mode: 0o600 });
  const listen = ['--host', '127.0.0.1', '--port', '0', '--connection-token-file', tokenFile];
  const args = [serverMain, '--accept-server-license-terms', '--disable-telemetry', ...listen, ...folders];
  const logFile = join(home, 'server.log');
  const log = openSync(logFile, 'w');
  const child = spawn(node, args, { stdio: ['ignore', 'pipe', log] });
  let stopping = false;
  let heard = '';
  let announced = false;
  child.stdout?.on('data', (/** @type {Buffer} */ chunk) => {
    if (announced) return;
    heard += chunk.toString();
    const port = /^Extension host agent listening on (\d+)/m.exec(heard)?.[1];
    if (!port) return;
    announced = true;
    const query = new URLSearchParams({ tkn: token, folder: workspace });
    process.stdout.write(`Open in a browser on this machine:\n\n  http://127.0.0.1:${port}/?${query}\n\n`);
    process.stdout.write('Ctrl-C ends it.\n');
  });
  const stop = () => {
    stopping = true;
    child.kill('SIGTERM');
  };
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
  const code = await new Promise((done) => child.once('exit', done));
  closeSync(log);
  await rm(tokenFile, { force: true });
  if (stopping) return 0;
  say(`the VS Code server ended with code ${code}; its last words are in ${logFile}`);
  return 1;
}
