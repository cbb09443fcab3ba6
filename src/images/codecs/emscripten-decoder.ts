import { initEmscriptenModule } from '@jsquash/jpeg/utils.js';
import type { RgbaImage } from './image';
import { compileWasm } from './wasm-file';

interface Instance {
  /** Null where the decoder gives up. Further arguments are the decoder's own. */
  decode(
    bytes: Uint8Array,
    ...options: boolean[]
  ): { width: number; height: number; data: Uint8ClampedArray } | null;
  readonly HEAPU8: Uint8Array;
  /** What the decoder wrote to its standard error since the start. */
  readonly warnings: string[];
}

/** The package's own types name globals that only a browser's project has. */
const initialise = initEmscriptenModule as unknown as (
  factory: unknown,
  module: WebAssembly.Module,
  options: { readonly printErr: (line: string) => void },
) => Promise<Omit<Instance, 'warnings'>>;

/** WebAssembly memory never shrinks; an instance that has seen a huge picture is dropped. */
const MAX_KEPT_MEMORY_BYTES = 64 * 2 ** 20;

/**
 * A decoder of `@jsquash`, compiled by emscripten. A failure may end in the library's `exit` or in a trap, which leaves the
 * instance as it was in mid-picture: the next file gets a new one.
 */
export class EmscriptenDecoder {
  private compiled: Promise<WebAssembly.Module> | undefined;
  private instance: Promise<Instance> | undefined;

  /** @param file as `compileWasm` wants it */
  constructor(
    private readonly factory: unknown,
    private readonly file: string,
  ) {}

  /** `image` is null where the file cannot be decoded; `warnings` are those of the library. */
  async decode(
    bytes: Uint8Array,
    ...options: boolean[]
  ): Promise<{ readonly image: RgbaImage | null; readonly warnings: readonly string[] }> {
    this.instance ??= this.create();
    const current = await this.instance;
    current.warnings.length = 0;
    let image: ReturnType<Instance['decode']> = null;
    try {
      image = current.decode(bytes, ...options);
    } catch {
      this.instance = undefined;
    }
    if (!image || current.HEAPU8.length > MAX_KEPT_MEMORY_BYTES) this.instance = undefined;
    const warnings = [...current.warnings];
    if (!image) return { image, warnings };
    const { width, height, data } = image;
    return {
      image: { width, height, data: new Uint8Array(data.buffer, data.byteOffset, data.length) },
      warnings,
    };
  }

  private async create(): Promise<Instance> {
    this.compiled ??= compileWasm(this.file);
    const warnings: string[] = [];
    const module = await initialise(this.factory, await this.compiled, {
      printErr: (line) => void warnings.push(line),
    });
    return Object.assign(module, { warnings });
  }
}
