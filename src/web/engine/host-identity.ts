/**
 * Stands in for `src/runs/host-identity.ts`: the scope in which the numbers of pages and workers are unique, and their locks are seen, is
 * the origin in this browser. It is named by a random number that the origin's own database keeps.
 */
import { randomBytes } from '../node/crypto';

const DATABASE = 'latent-explorer';
const STORE = 'origin';
const KEY = 'id';

/** The part of IndexedDB that is used here. */
interface Request<T> {
  readonly result: T;
  onsuccess: (() => void) | null;
  onerror: (() => void) | null;
  onupgradeneeded?: (() => void) | null;
}
interface Store {
  get(key: string): Request<unknown>;
  put(value: string, key: string): Request<unknown>;
}
interface Database {
  createObjectStore(name: string): unknown;
  transaction(name: string, mode: 'readwrite'): { objectStore(name: string): Store };
  close(): void;
}
interface Databases {
  open(name: string): Request<Database>;
}

function done<T>(request: Request<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(new Error('the database of the browser cannot be read'));
  });
}

async function storedId(): Promise<string> {
  const opening = (globalThis as unknown as { readonly indexedDB: Databases }).indexedDB.open(DATABASE);
  opening.onupgradeneeded = () => void opening.result.createObjectStore(STORE);
  const database = await done(opening);
  try {
    // One transaction: of two that look at the same time, the second sees what the first has put.
    const store = database.transaction(STORE, 'readwrite').objectStore(STORE);
    const known = await done(store.get(KEY));
    if (typeof known === 'string') return known;
    const id = newId();
    await done(store.put(id, KEY));
    return id;
  } finally {
    database.close();
  }
}

const newId = (): string => randomBytes(8).toString('hex');

/** Without a database, each page and worker is a host of its own: then the heartbeat of a lock decides. */
export const hostId = (): Promise<string> => storedId().catch(newId);

export const bootId = (): Promise<string> => Promise.resolve('');
