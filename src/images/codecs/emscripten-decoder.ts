import { initEmscriptenModule } from '@jsquash/jpeg/utils.js';
import type { RgbaImage } from './image';
import { compileWasm } from './asset-file';

interface Instance {
  /** Returns null if decoding fails. `options` depend on the decoder. */
  decode(
    bytes: Uint8Array,
    ...options: (boolean | number)[]
  ): { width: number; height: number; data: Uint8ClampedArray } | null;
  readonly HEAPU8: Uint8Array;
  /** Lines that the decoder wrote to standard error during the current call. */
  readonly warnings: string[];
}

/** Typed here because the package's types refer to globals that exist only in browsers. */
const initialise = initEmscriptenModule as unknown as (
  factory: unknown,
  module: WebAssembly.Module,
  options: { readonly printErr: (line: string) => void },
) => Promise<Omit<Instance, 'warnings'>>;

/** WebAssembly memory never shrinks: an instance whose memory exceeds this is discarded. */
const MAX_KEPT_MEMORY_BYTES = 64 * 2 ** 20;

/**
 * An Emscripten-compiled decoder from `@jsquash`. A failure may end in the library's `exit` or in a trap, which leaves
 * the instance in an undefined state, so the next file gets a new instance.
 */
export class EmscriptenDecoder {
  private compiled: Promise<WebAssembly.Module> | undefined;
  private instance: Promise<Instance> | undefined;

  /**
   * @param file path inside its package, see `compileWasm`
   * @param memoryLimit in bytes, for decoders of formats whose frames may be larger than the header that is checked
   */
  constructor(
    private readonly factory: unknown,
    private readonly file: string,
    private readonly memoryLimit?: number,
  ) {}

  /** Decodes a file. `image` is null if that fails; `warnings` come from the library. */
  async decode(
    bytes: Uint8Array,
    ...options: (boolean | number)[]
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
    this.compiled ??= compileWasm(this.file, this.memoryLimit);
    const warnings: string[] = [];
    const module = await initialise(this.factory, await this.compiled, {
      printErr: (line) => void warnings.push(line),
    });
    return Object.assign(module, { warnings });
  }
}
