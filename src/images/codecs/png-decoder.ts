import type { RgbaImage } from './image';
import { compileWasm } from './asset-file';
import { DataError } from '../data-error';

interface PngExports {
  readonly memory: WebAssembly.Memory;
  readonly decode: (pointer: number, length: number) => number;
  readonly __wbindgen_malloc: (size: number, alignment: number) => number;
  readonly __wbindgen_free: (pointer: number, size: number, alignment: number) => void;
}

/** WebAssembly memory never shrinks: an instance whose memory exceeds this is discarded. */
const MAX_KEPT_MEMORY_BYTES = 64 * 2 ** 20;

let compiled: Promise<WebAssembly.Module> | undefined;
let instance: PngInstance | undefined;

/**
 * Decodes a PNG with the Rust `png` decoder of `@jsquash/png`. Keeps the upper eight of 16 bits per channel.
 * A failed file leaks the decoder's stack and memory, and the package's own JavaScript can be initialised only once per
 * process; so this module creates the instance itself and discards it after every failure.
 * @throws DataError if the pixel data is broken
 */
export async function decodePng(bytes: Uint8Array): Promise<RgbaImage> {
  compiled ??= compileWasm('@jsquash/png/codec/pkg/squoosh_png_bg.wasm');
  const module = await compiled;
  instance ??= new PngInstance(module);
  const current = instance;
  try {
    const image = current.decode(bytes);
    if (current.memoryBytes > MAX_KEPT_MEMORY_BYTES) instance = undefined;
    return image;
  } catch {
    instance = undefined;
    throw new DataError('broken PNG: its pixel data cannot be decompressed');
  }
}

class PngInstance {
  private readonly exports: PngExports;
  private decoded: RgbaImage | undefined;

  constructor(module: WebAssembly.Module) {
    const imports: Record<string, WebAssembly.ImportValue> = {};
    // Import names end in a hash of the package's build; the part before it is stable.
    for (const { name } of WebAssembly.Module.imports(module)) {
      imports[name] = name.startsWith('__wbg_newwithownedu8clampedarray')
        ? (pointer: number, length: number, width: number, height: number) =>
            this.receive(pointer, length, width, height)
        : () => {
            throw new Error(name);
          };
    }
    this.exports = new WebAssembly.Instance(module, { wbg: imports }).exports as unknown as PngExports;
  }

  get memoryBytes(): number {
    return this.exports.memory.buffer.byteLength;
  }

  decode(bytes: Uint8Array): RgbaImage {
    this.decoded = undefined;
    // The decoder owns and frees the copy.
    const pointer = this.exports.__wbindgen_malloc(bytes.length, 1) >>> 0;
    new Uint8Array(this.exports.memory.buffer).set(bytes, pointer);
    this.exports.decode(pointer, bytes.length);
    if (!this.decoded) throw new Error('no picture');
    return this.decoded;
  }

  private receive(pointer: number, length: number, width: number, height: number): number {
    const start = pointer >>> 0;
    const data = new Uint8Array(this.exports.memory.buffer).slice(start, start + (length >>> 0));
    this.exports.__wbindgen_free(pointer, length, 1);
    this.decoded = { width: width >>> 0, height: height >>> 0, data };
    return 0;
  }
}
