import type { Page } from 'playwright-core';

/** Runs in the page: all that VS Code keeps there, as text. */
const KEPT = `(async () => {
  const wait = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let text = '';
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await wait(indexedDB.open(name));
    for (const store of database.objectStoreNames)
      text += (await wait(database.transaction(store).objectStore(store).getAll())).join('\\n');
    database.close();
  }
  return text;
})()`;

/**
 * What a VS Code in a browser has written down of its windows: which editors are open, and what their pages remember. It
 * writes at intervals, since it may not when a page goes; what was not written is lost with a reload.
 */
export const keptBy = (page: Page): Promise<string> => page.evaluate<string>(KEPT);
