import createMozjpeg, { type MozJPEGModule } from '@jsquash/jpeg/codec/dec/mozjpeg_dec.js';
import { initEmscriptenModule } from '@jsquash/jpeg/utils.js';
import { DataError } from '../dataset';
import type { RgbaImage } from './image';
import { compileWasm } from './wasm-file';

interface JpegInstance {
  decode(
    bytes: Uint8Array,
    applyOrientation: boolean,
  ): { width: number; height: number; data: ArrayLike<number> } | null;
  readonly HEAPU8: Uint8Array;
  /** What the decoder wrote to its standard error since the start. */
  readonly warnings: string[];
}

/** WebAssembly memory never shrinks; an instance that has seen a huge picture is dropped. */
const LARGEST_KEPT_MEMORY = 64 * 2 ** 20;

let compiled: Promise<WebAssembly.Module> | undefined;
let instance: Promise<JpegInstance> | undefined;

/**
 * Decodes a grey or colour JPEG with MozJPEG and turns it upright by its EXIF orientation.
 * libjpeg only warns of damaged data and invents the rest of the picture; here a warning of damage is an error.
 * A failure ends in libjpeg's `exit`, which leaves the instance as it was in mid-picture: the next file gets a new one.
 */
export async function decodeJpeg(bytes: Uint8Array): Promise<RgbaImage> {
  instance ??= createInstance();
  const current = await instance;
  current.warnings.length = 0;
  let image: ReturnType<JpegInstance['decode']> = null;
  try {
    image = current.decode(bytes, true);
  } catch {
    instance = undefined;
  }
  const damage = current.warnings.find((warning) => !/extraneous bytes before marker/.test(warning));
  if (!image || damage) throw new DataError(`broken JPEG: ${damage ?? 'it cannot be decoded'}`);
  if (current.HEAPU8.length > LARGEST_KEPT_MEMORY) instance = undefined;
  return { width: image.width, height: image.height, data: Uint8Array.from(image.data) };
}

async function createInstance(): Promise<JpegInstance> {
  compiled ??= compileWasm('@jsquash/jpeg/codec/dec/mozjpeg_dec.wasm');
  const warnings: string[] = [];
  const options = { printErr: (line: string) => void warnings.push(line) };
  const module: MozJPEGModule = await initEmscriptenModule(createMozjpeg, await compiled, options);
  return Object.assign(module as unknown as JpegInstance, { warnings });
}
