import { PAGE_ALIGNMENT, PAGE_FORMAT } from '../../src/protocol/web-page';
import type { PageFacts } from '../../src/protocol/web-page';

const TYPES = { float32: Float32Array, int32: Int32Array, uint8: Uint8Array } as const;
type Arrays = { readonly [T in keyof typeof TYPES]: InstanceType<(typeof TYPES)[T]> };

/** Characters that are decoded at a time; a multiple of four. */
const PIECE_CHARACTERS = 1 << 20;

/** The data of an exported page. */
export class PageData {
  private constructor(
    readonly facts: PageFacts,
    private readonly buffer: ArrayBuffer,
    private readonly start: number,
  ) {}

  /**
   * Reads what `pageText` (src/export/web-page) has written.
   * @throws Error if it was damaged on its way, or the browser cannot inflate
   */
  static async read(text: string): Promise<PageData> {
    if (typeof DecompressionStream === 'undefined')
      throw new Error('this browser cannot unpack the page; open it in a newer one');
    const pieces: BlobPart[] = [];
    const base64 = text.trim();
    for (let at = 0; at < base64.length; at += PIECE_CHARACTERS)
      pieces.push(Uint8Array.from(atob(base64.slice(at, at + PIECE_CHARACTERS)), (c) => c.charCodeAt(0)));
    const inflated = new Blob(pieces).stream().pipeThrough(new DecompressionStream('deflate'));
    const buffer = await new Response(inflated).arrayBuffer();
    const length = new DataView(buffer).getUint32(0, true);
    const facts = JSON.parse(new TextDecoder().decode(new Uint8Array(buffer, 4, length))) as PageFacts;
    if (facts.format !== PAGE_FORMAT) throw new Error('it is of another version');
    return new PageData(facts, buffer, Math.ceil((4 + length) / PAGE_ALIGNMENT) * PAGE_ALIGNMENT);
  }

  /** Returns an array; undefined if the page does not hold it. @throws Error if it is of another type */
  array<T extends keyof Arrays>(name: string, type: T): Arrays[T] | undefined {
    const place = this.facts.arrays[name];
    if (place === undefined) return undefined;
    if (place.type !== type) throw new Error(`${name}: got ${place.type}, expected ${type}`);
    const Type = TYPES[type];
    return new Type(this.buffer, this.start + place.at, place.length) as Arrays[T];
  }

  /** Returns an array that every page with such a part holds. @throws Error without it */
  required<T extends keyof Arrays>(name: string, type: T): Arrays[T] {
    const array = this.array(name, type);
    if (array === undefined) throw new Error(`the page lacks ${name}`);
    return array;
  }
}
