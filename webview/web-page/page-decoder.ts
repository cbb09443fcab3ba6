import type { Pictures } from '../../src/domain/pictures';
import { RpcError } from '../../src/protocol/rpc';
import type { DecoderWeights } from '../../src/protocol/engine';
import { embeddedWasm } from '../decoder/embedded-wasm';
import { TensorDecoder } from '../decoder/tensor-decoder';
import type { LocalDecoder } from '../decoder/tensor-decoder';
import { startWasmBackend } from '../decoder/wasm-backend';
import { PARAMETER } from './page-arrays';
import type { PageData } from './page-data';

/** Pictures decoded in one go; the page can be used between two of these. */
const PICTURES_AT_ONCE = 4;

/** The decoder of a page: that of the panel, with the weights in the page. */
export class PageDecoder {
  private readonly opened: Promise<LocalDecoder>;

  constructor(private readonly data: PageData) {
    this.opened = this.open();
    // Whoever decodes hears of it.
    this.opened.catch(() => undefined);
  }

  /** Resolves when pictures can be decoded. @throws RpcError with the reason if they cannot */
  get ready(): Promise<LocalDecoder> {
    return this.opened;
  }

  get weights(): DecoderWeights {
    const { run, step, model, width, height, channels, arrays } = this.data.facts;
    const names = Object.keys(arrays).filter((name) => name.startsWith(PARAMETER));
    const parameters = Object.fromEntries(
      names.map((name) => [name.slice(PARAMETER.length), this.data.required(name, 'float32')]),
    );
    return { runUri: run.uri, step, model, width, height, channels, parameters };
  }

  /** Decodes points to the means of p(x|z), a few at a time. @param z count × Nz @throws RpcError as `ready` */
  async decode(z: Float32Array, count: number): Promise<Pictures> {
    const decoder = await this.opened;
    const { width, height, channels } = this.data.facts;
    const size = width * height * channels;
    const bytes = new Uint8Array(count * size);
    for (let first = 0; first < count; first += PICTURES_AT_ONCE) {
      const some = Math.min(PICTURES_AT_ONCE, count - first);
      const { latent } = decoder;
      const decoded = decoder.decode(z.slice(first * latent, (first + some) * latent), some);
      bytes.set(decoded.bytes, first * size);
      if (first + some < count) await new Promise((next) => setTimeout(next));
    }
    return { width, height, channels, count, bytes };
  }

  private async open(): Promise<LocalDecoder> {
    const { decoderTooLarge } = this.data.facts;
    if (decoderTooLarge !== null)
      throw new RpcError('failed', `the decoder takes ${decoderTooLarge.bytes} bytes`);
    await startWasmBackend(embeddedWasm);
    return new TensorDecoder(this.weights);
  }
}
