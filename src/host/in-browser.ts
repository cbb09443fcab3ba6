/** Whether this is VS Code in a browser, whose bundle has another value here. */
export const isInBrowser = false as boolean;
