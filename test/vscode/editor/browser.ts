import { readdir, readFile } from 'node:fs/promises';
import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

export interface Launched {
  readonly browser: Browser;
  /** Of its first process; undefined where the system does not tell. */
  readonly pid: number | undefined;
}

let launched = 0;

/** Chromium without what would ask the network or needs more than a plain machine. */
export async function launch(executablePath: string): Promise<Launched> {
  const mark = `--vae-test=${process.pid}-${++launched}`;
  const browser = await chromium.launch({
    executablePath,
    // The tests end it themselves, after the engines.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
      mark,
    ],
  });
  return { browser, pid: await findProcess(mark) };
}

/** The first process whose command has this argument. */
async function findProcess(argument: string): Promise<number | undefined> {
  const found: number[] = [];
  for (const name of await readdir('/proc').catch(() => [])) {
    if (!/^\d+$/.test(name)) continue;
    const command = await readFile(`/proc/${name}/cmdline`, 'utf8').catch(() => '');
    if (command.split('\0').includes(argument)) found.push(Number(name));
  }
  return found.sort((a, b) => a - b)[0];
}
