/**
 * Loaded into a process under test before its program (`node --require`): disturbs every call of a file operation of Node, as
 * VAE_TEST_DISTURB says in JSON: `delayMs` waits up to so long before each, drawn by `seed`; `killAt` ends the process with SIGKILL
 * at its k-th call; `noLinks` answers as a file system without hard links; `fullAt` answers that the disk is full from the k-th
 * write on, `brokenAt` that it is broken from the k-th call on that opens, writes, syncs or renames; `vanish` removes the file that is about to be opened, if its name ends so. With `count` a file of that name gets the number of calls at the end.
 */
const fs = require('node:fs');

const {
  seed = 1,
  delayMs = 0,
  killAt = 0,
  noLinks = false,
  fullAt = 0,
  brokenAt = 0,
  vanish = '',
  count = '',
} = JSON.parse(process.env.VAE_TEST_DISTURB ?? '{}');
let calls = 0;
let writes = 0;
let uses = 0;
let state = seed >>> 0 || 1;

/** xorshift32: the same delays for the same seed. */
function random() {
  state ^= state << 13;
  state ^= state >>> 17;
  state ^= state << 5;
  state >>>= 0;
  return state / 2 ** 32;
}

/** @param {string} code @param {string} syscall */
function failure(code, syscall) {
  return Object.assign(new Error(`${code}: disturbed, ${syscall}`), { code, syscall });
}

/** @param {string} name */
async function before(name) {
  calls++;
  if (calls === killAt) process.kill(process.pid, 'SIGKILL');
  if (delayMs > 0) await new Promise((resolve) => setTimeout(resolve, random() * delayMs));
  if (noLinks && name === 'link') throw failure('EPERM', 'link');
  if (/^(write|writeFile|appendFile)$/.test(name) && fullAt > 0 && ++writes >= fullAt)
    throw failure('ENOSPC', 'write');
  if (brokenAt > 0 && /^(open|write|writeFile|appendFile|sync|rename)$/.test(name) && ++uses >= brokenAt)
    throw failure('EIO', name);
}

/** @param {any} owner @param {readonly string[]} names */
function disturb(owner, names) {
  for (const name of names) {
    const real = owner[name];
    owner[name] = async function disturbed(/** @type {unknown[]} */ ...args) {
      await before(name);
      return real.apply(this, args);
    };
  }
}

disturb(fs.promises, ['lstat', 'stat', 'open', 'mkdir', 'readdir', 'rename', 'rmdir', 'unlink', 'link']);
const realOpen = fs.promises.open;
let patched = false;
fs.promises.open = async function open(...args) {
  const handle = await realOpen.apply(this, args);
  if (!patched) {
    patched = true;
    disturb(Object.getPrototypeOf(handle), ['write', 'writeFile', 'appendFile', 'sync', 'stat', 'close']);
  }
  return handle;
};
if (vanish !== '') {
  const realOpenSync = fs.openSync;
  fs.openSync = function openSync(path, ...args) {
    if (String(path).endsWith(vanish)) fs.rmSync(path, { force: true });
    return realOpenSync.call(this, path, ...args);
  };
}
if (count !== '') process.on('exit', () => fs.writeFileSync(count, String(calls)));
