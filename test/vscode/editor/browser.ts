import { chromium } from 'playwright-core';
import type { Browser } from 'playwright-core';

/** Chromium without what would ask the network or needs more than a plain machine. */
export function launch(executablePath: string): Promise<Browser> {
  return chromium.launch({
    executablePath,
    // The tests end it themselves, after the engines.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'],
      ...['--disable-background-networking', '--disable-component-update', '--disable-sync'],
    ],
  });
}
