/** System programs that setup needs: finds them, installs missing ones where allowed, or else names the remedy. */
import { findProgram, NEUTRAL_FOLDER, run, say, tail } from './run.mjs';

/**
 * @typedef {object} Need
 * @property {string} name for users: `python3 with pip`
 * @property {readonly string[]} packages Debian packages that provide it
 * @property {() => Promise<boolean>} isPresent
 */

/** @type {Need} */
export const PYTHON = {
  name: 'python3 with pip',
  packages: ['python3', 'python3-pip'],
  isPresent: () => answers('python3', ['-m', 'pip', '--version']),
};

/** @type {Need} */
export const COMPILER = {
  name: 'g++',
  packages: ['g++'],
  isPresent: () => answers('g++', ['--version']),
};

/**
 * @param {string} program
 * @param {readonly string[]} args
 */
async function answers(program, args) {
  return (await run(program, args, { cwd: NEUTRAL_FOLDER, timeout: 60_000 })).code === 0;
}

/**
 * Checks that the given programs exist. Installs missing ones if allowed and possible: with apt, as root.
 * @param {readonly Need[]} needs
 * @param {boolean} [mayInstall]
 * @returns {Promise<string | null>} null, or what is missing and the command that installs it
 */
export async function ensurePrograms(needs, mayInstall = true) {
  let missing = await absent(needs);
  if (missing.length > 0 && mayInstall && canInstall()) {
    await install(missing.flatMap((need) => need.packages));
    missing = await absent(missing);
  }
  if (missing.length === 0) return null;
  const names = missing.map((need) => need.name).join(' and ');
  const packages = missing.flatMap((need) => need.packages).join(' ');
  // Apple's command line tools have a Python with pip, and a compiler that is called g++, too.
  const how =
    process.platform === 'darwin'
      ? '`xcode-select --install`'
      : `\`sudo apt-get install ${packages}\` or your system's like`;
  return `${names} not found; install with ${how}`;
}

/** @param {readonly Need[]} needs */
async function absent(needs) {
  const present = await Promise.all(needs.map((need) => need.isPresent()));
  return needs.filter((_, i) => !present[i]);
}

function canInstall() {
  return process.getuid?.() === 0 && findProgram(['apt-get']) !== null;
}

/** @param {readonly string[]} packages */
async function install(packages) {
  say(`installing system packages: ${packages.join(' ')}`);
  const options = { env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }, timeout: 600_000 };
  // Continue after a failure: a stale package list may still contain the packages.
  await run('apt-get', ['update', '-qq'], options);
  const result = await run(
    'apt-get',
    ['install', '-y', '-qq', '--no-install-recommends', ...packages],
    options,
  );
  if (result.code !== 0) say(`apt-get could not install them:\n${tail(result.output)}`);
}
