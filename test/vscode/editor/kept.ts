import type { Page } from 'playwright-core';

/** Where VS Code keeps which editors are open. Other entries name a webview, too, long before its editor is kept. */
const EDITORS = 'memento/workbench.parts.editor';

/** Runs in the page: what VS Code keeps there of its editors, as text. */
const KEPT = `(async () => {
  const wait = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  let text = '';
  for (const { name } of await indexedDB.databases()) {
    if (!name.startsWith('vscode-web-state-db')) continue;
    const database = await wait(indexedDB.open(name));
    for (const table of database.objectStoreNames) {
      const store = database.transaction(table).objectStore(table);
      const editors = await wait(store.get('${EDITORS}'));
      if (editors !== undefined) text += editors + '\\n';
    }
    database.close();
  }
  return text;
})()`;

/**
 * What a VS Code in a browser has written down of its windows: which editors are open, and what their pages remember. It
 * writes at intervals, since it may not when a page goes; what was not written is lost with a reload.
 */
export const keptBy = (page: Page): Promise<string> => page.evaluate<string>(KEPT);
