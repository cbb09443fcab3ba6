import * as crypto from 'node:crypto';
import * as path from 'node:path';
import * as url from 'node:url';
import { inspect } from 'node:util';
import * as zod from 'zod';
import { systemError } from './disk';
import type { File, Node } from './disk';
import type { Process, World } from './world';

const FLAGS = { O_RDONLY: 0, O_WRONLY: 1, O_RDWR: 2, O_CREAT: 64, O_EXCL: 128, O_APPEND: 1024 } as const;
const CONSTANTS = { ...FLAGS, O_NOFOLLOW: 131_072, O_NONBLOCK: 2048 };

function statsOf(node: Node): object {
  const isFile = node.kind === 'file';
  const size = isFile ? node.bytes.length : 0;
  return {
    isFile: () => isFile,
    isDirectory: () => !isFile,
    isSymbolicLink: () => false,
    isFIFO: () => false,
    isSocket: () => false,
    ...{ ino: BigInt(node.ino), dev: 1n, nlink: BigInt(isFile ? node.links : 2), mtimeNs: 0n },
    size,
  };
}

/** What the product's code sees as Node's modules and globals in one simulated process. */
export class Modules {
  constructor(
    private readonly world: World,
    private readonly process: Process,
  ) {}

  /** @throws Error for a module or function that is not simulated */
  readonly require = (name: string): unknown => {
    const modules: Readonly<Record<string, unknown>> = {
      'node:fs/promises': this.files,
      'node:fs': { constants: CONSTANTS, readFileSync: (file: string) => this.procFile(file) },
      'node:timers/promises': { setTimeout: (ms: number) => this.sleep(ms) },
      'node:crypto': { ...crypto, randomBytes: this.randomBytes, randomInt: this.randomInt },
      'node:os': { hostname: () => 'simulated' },
      'node:child_process': { execFile: unknown('execFile') },
      'node:util': { promisify: (f: unknown) => f, inspect },
      'node:path': path,
      'node:url': url,
      zod,
    };
    if (!(name in modules)) throw new Error(`${name} is not simulated`);
    return modules[name];
  };

  get globals(): Readonly<Record<string, unknown>> {
    return {
      process: {
        ...{ pid: this.process.pid, platform: 'linux', env: {}, version: process.version },
        kill: (pid: number) => {
          if (!this.world.isAlive(pid)) throw systemError('ESRCH', 'kill', String(pid));
        },
      },
      performance: { now: () => this.world.now },
      setTimeout: (due: () => void, ms = 0) => this.world.timer(this.process, ms, due),
      setInterval: (due: () => void, ms: number) => this.interval(due, ms),
      clearTimeout: (stop?: () => void) => stop?.(),
      clearInterval: (stop?: { stop: () => void }) => stop?.stop(),
    };
  }

  private readonly randomInt = (from: number, to: number): number => from + this.world.random(to - from);
  private readonly randomBytes = (length: number): Buffer =>
    Buffer.from(Array.from({ length }, () => this.world.random(256)));

  private sleep(ms: number): Promise<void> {
    return new Promise((resolve) => void this.world.timer(this.process, ms, resolve));
  }

  private interval(due: () => void, ms: number): { stop: () => void; unref: () => void } {
    let stop = (): void => undefined;
    const begin = (): void => {
      stop = this.world.timer(this.process, ms, () => {
        begin();
        due();
      });
    };
    begin();
    return { stop: () => stop(), unref: () => undefined };
  }

  private procFile(file: string): string {
    if (file === '/etc/machine-id') return 'simulated';
    if (file.endsWith('boot_id')) return `boot-${this.world.boot}`;
    const pid = Number(/^\/proc\/(\d+)\/stat$/.exec(file)?.[1]);
    if (!this.world.isAlive(pid)) throw systemError('ENOENT', 'open', file);
    return `${pid} (node) S ${Array.from({ length: 18 }, () => 0).join(' ')} ${pid * 10}`;
  }

  private call<T>(name: string, target: string, effect: () => T): Promise<T> {
    return this.world.call(this.process, `${name} ${target}`, effect);
  }

  private readonly files = {
    readFile: (file: string) => this.call('readFile', file, () => this.procFile(file)),
    readlink: (file: string) => this.call('readlink', file, () => 'pid:[1]'),
    stat: (target: string) => this.call('stat', target, () => statsOf(this.disk.get(target, 'stat'))),
    lstat: (target: string) => this.call('lstat', target, () => statsOf(this.disk.get(target, 'lstat'))),
    readdir: (target: string, options?: { withFileTypes?: boolean }) =>
      this.call('readdir', target, () => this.list(target, options?.withFileTypes === true)),
    mkdir: (target: string) => this.call('mkdir', target, () => this.disk.makeFolder(target)),
    rmdir: (target: string) => this.call('rmdir', target, () => this.disk.removeFolder(target)),
    rename: (from: string, to: string) => this.call('rename', to, () => this.disk.rename(from, to)),
    link: (from: string, to: string) => this.call('link', to, () => this.link(from, to)),
    unlink: (target: string) => this.call('unlink', target, () => this.disk.unlink(target)),
    rm: unknown('rm'),
    statfs: unknown('statfs'),
    open: (target: string, flags: number | string = 0) =>
      this.call('open', target, () => this.open(target, flags)),
  };

  private link(from: string, to: string): void {
    if (!this.world.hasLinks) throw systemError('EPERM', 'link', to);
    this.disk.link(from, to);
  }

  private get disk(): World['disk'] {
    return this.world.disk;
  }

  private list(target: string, withTypes: boolean): unknown[] {
    const node = this.disk.get(target, 'readdir');
    if (node.kind !== 'folder') throw systemError('ENOTDIR', 'readdir', target);
    return [...node.entries].map(([name, child]) =>
      withTypes ? { name, isDirectory: () => child.kind === 'folder' } : name,
    );
  }

  private open(target: string, flags: number | string): Handle {
    const bits = flags === 'r' ? 0 : flags === 'wx' ? FLAGS.O_WRONLY | FLAGS.O_CREAT | FLAGS.O_EXCL : flags;
    if (typeof bits !== 'number') throw new Error(`flags '${flags}' are not simulated`);
    let node = this.disk.find(target);
    if (node !== null && bits & FLAGS.O_EXCL) throw systemError('EEXIST', 'open', target);
    if (node === null && bits & FLAGS.O_CREAT) node = this.disk.makeFile(target);
    node ??= this.disk.get(target, 'open');
    if (node.kind === 'folder' && bits & (FLAGS.O_WRONLY | FLAGS.O_RDWR))
      throw systemError('EISDIR', 'open', target);
    return new Handle(this.world, this.process, target, node, (bits & FLAGS.O_APPEND) !== 0);
  }
}

function unknown(name: string): () => never {
  return () => {
    throw new Error(`${name} is not simulated`);
  };
}

/** An open file. */
class Handle {
  private position = 0;

  constructor(
    private readonly world: World,
    private readonly process: Process,
    private readonly path: string,
    private readonly node: Node,
    private readonly appends: boolean,
  ) {}

  private call<T>(name: string, effect: () => T, torn?: (random: (below: number) => number) => void) {
    return this.world.call(this.process, `${name} ${this.path}`, effect, torn);
  }

  private get file(): File {
    if (this.node.kind !== 'file') throw systemError('EISDIR', 'read', this.path);
    return this.node;
  }

  stat = (): Promise<object> => this.call('fstat', () => statsOf(this.node));
  sync = (): Promise<void> => this.call('sync', () => this.world.disk.sync(this.node));
  close = (): Promise<void> => this.call('close', () => undefined);

  truncate = (length: number): Promise<void> =>
    this.call('truncate', () => {
      this.file.bytes = Buffer.from(this.file.bytes.subarray(0, length));
    });

  read = (buffer: Buffer, offset: number, length: number, position?: number) =>
    this.call('read', () => {
      const from = position ?? this.position;
      const bytesRead = this.file.bytes.copy(buffer, offset, from, from + length);
      if (position === undefined) this.position += bytesRead;
      return { buffer, bytesRead };
    });

  write = (text: string, position: number): Promise<void> => this.put(Buffer.from(text), position);
  appendFile = (text: string): Promise<void> => this.writeFile(text);

  /** In two calls, so that others see a part of it, as they may of a long write. */
  writeFile = async (data: string | Uint8Array): Promise<void> => {
    const bytes = Buffer.from(data as Uint8Array);
    const half = this.world.random(bytes.length + 1);
    for (const part of [bytes.subarray(0, half), bytes.subarray(half)]) {
      await this.put(part, null);
    }
  };

  private put(part: Buffer, position: number | null): Promise<void> {
    const write = (length: number): void => {
      const { file } = this;
      if (this.world.isFull && length > 0) throw systemError('ENOSPC', 'write', this.path);
      const at = position ?? (this.appends ? file.bytes.length : this.position);
      const bytes = Buffer.alloc(Math.max(file.bytes.length, at + length));
      file.bytes.copy(bytes);
      part.copy(bytes, at, 0, length);
      file.bytes = bytes;
      if (position === null) this.position = at + length;
      this.world.disk.changed.push(this.path);
    };
    return this.call(
      'write',
      () => write(part.length),
      (random) => write(this.world.isFull ? 0 : random(part.length + 1)),
    );
  }
}
