import { basename, dirname } from 'node:path';

/** The error of a system call, as Node reports it. */
export function systemError(code: string, syscall: string, path: string): NodeJS.ErrnoException {
  return Object.assign(new Error(`${code}: simulated, ${syscall} '${path}'`), { code, syscall, path });
}

export interface File {
  readonly kind: 'file';
  readonly ino: number;
  bytes: Buffer;
  /** What a power failure leaves for certain. */
  durable: Buffer;
  links: number;
}

export interface Folder {
  readonly kind: 'folder';
  readonly ino: number;
  readonly entries: Map<string, Node>;
  /** The entries at the last sync of the folder, and each change since. A power failure keeps only the first of these. */
  synced: Map<string, Node>;
  changes: { readonly name: string; readonly node: Node | null }[];
}

export type Node = File | Folder;

/**
 * A disk in memory. Each operation takes effect at once and wholly. As on a real disk, a file's bytes and a folder's entries
 * survive a failure of power only once they are flushed.
 */
export class Disk {
  private nextIno = 1;
  private root = this.folder();
  /** Paths changed through this disk, in order. */
  readonly changed: string[] = [];

  private folder(): Folder {
    return { kind: 'folder', ino: this.nextIno++, entries: new Map(), synced: new Map(), changes: [] };
  }

  find(path: string): Node | null {
    let node: Node = this.root;
    for (const name of path.split('/').filter(Boolean)) {
      if (node.kind !== 'folder') return null;
      const next = node.entries.get(name);
      if (next === undefined) return null;
      node = next;
    }
    return node;
  }

  /** @throws ENOENT */
  get(path: string, syscall: string): Node {
    const node = this.find(path);
    if (node === null) throw systemError('ENOENT', syscall, path);
    return node;
  }

  private parent(path: string, syscall: string): Folder {
    const node = this.get(dirname(path), syscall);
    if (node.kind !== 'folder') throw systemError('ENOTDIR', syscall, path);
    return node;
  }

  private enter(path: string, node: Node | null, syscall: string): void {
    const parent = this.parent(path, syscall);
    const name = basename(path);
    if (node === null) parent.entries.delete(name);
    else parent.entries.set(name, node);
    parent.changes.push({ name, node });
    this.changed.push(path);
  }

  makeFile(path: string): File {
    const file: File = {
      ...{ kind: 'file' as const, ino: this.nextIno++, links: 1 },
      ...{ bytes: Buffer.alloc(0), durable: Buffer.alloc(0) },
    };
    this.enter(path, file, 'open');
    return file;
  }

  makeFolder(path: string): void {
    if (this.find(path) !== null) throw systemError('EEXIST', 'mkdir', path);
    this.enter(path, this.folder(), 'mkdir');
  }

  rename(from: string, to: string): void {
    const node = this.get(from, 'rename');
    this.enter(to, node, 'rename');
    this.enter(from, null, 'rename');
  }

  link(from: string, to: string): void {
    const node = this.get(from, 'link');
    if (this.find(to) !== null) throw systemError('EEXIST', 'link', to);
    if (node.kind !== 'file') throw systemError('EPERM', 'link', to);
    node.links++;
    this.enter(to, node, 'link');
  }

  unlink(path: string): void {
    const node = this.get(path, 'unlink');
    if (node.kind !== 'file') throw systemError('EISDIR', 'unlink', path);
    node.links--;
    this.enter(path, null, 'unlink');
  }

  removeFolder(path: string): void {
    const node = this.get(path, 'rmdir');
    if (node.kind !== 'folder') throw systemError('ENOTDIR', 'rmdir', path);
    if (node.entries.size > 0) throw systemError('ENOTEMPTY', 'rmdir', path);
    this.enter(path, null, 'rmdir');
  }

  sync(node: Node): void {
    if (node.kind === 'file') node.durable = Buffer.from(node.bytes);
    else {
      node.synced = new Map(node.entries);
      node.changes = [];
    }
  }

  /** Everything written so far is on the disk, as after a quiet minute. */
  syncAll(node: Node = this.root): void {
    this.sync(node);
    if (node.kind === 'folder') for (const child of node.entries.values()) this.syncAll(child);
  }

  /** Power fails: of what was not flushed, a part that `random` chooses is lost. @param random from 0 up to, not including, its argument */
  loseUnflushed(random: (below: number) => number, node: Node = this.root): void {
    if (node.kind === 'file') {
      // The flushed bytes remain. The rest is lost, cut short, of the right length with zeros, or whole: file systems do each.
      const { bytes, durable } = node;
      const more = Math.max(0, bytes.length - durable.length);
      const cut = bytes.subarray(0, durable.length + random(more + 1));
      const kept = [durable, cut, zeroEnd(bytes, durable.length), bytes];
      if (!bytes.equals(durable)) node.bytes = Buffer.from(kept[random(kept.length)]!);
      node.durable = Buffer.from(node.bytes);
      return;
    }
    node.entries.clear();
    for (const [name, child] of node.synced) node.entries.set(name, child);
    for (const { name, node: child } of node.changes.slice(0, random(node.changes.length + 1))) {
      if (child === null) node.entries.delete(name);
      else node.entries.set(name, child);
    }
    this.sync(node);
    for (const child of node.entries.values()) this.loseUnflushed(random, child);
  }
}

function zeroEnd(bytes: Buffer, from: number): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0, Math.min(from, copy.length));
  return copy;
}
