/** Stands in for `src/host/in-browser.ts`. */
export const isInBrowser = true;
