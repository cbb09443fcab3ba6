const HEADER_BYTES = 8;
const MEMORY_SECTION = 5;
const PAGE_BYTES = 65_536;

/**
 * Returns a WebAssembly module whose memory cannot grow beyond a limit, so that no file can make its decoder take more.
 * @throws Error unless the module declares one memory with a maximum
 */
export function withMemoryLimit(wasm: Uint8Array<ArrayBuffer>, bytes: number): Uint8Array<ArrayBuffer> {
  // Buffer.slice would not copy.
  const limited = Uint8Array.from(wasm);
  for (let at = HEADER_BYTES; at < limited.length;) {
    const section = limited[at];
    const size = readNumber(limited, at + 1);
    if (section === MEMORY_SECTION) {
      const count = readNumber(limited, size.end);
      const hasMaximum = limited[count.end] === 1;
      const least = readNumber(limited, count.end + 1);
      const most = readNumber(limited, least.end);
      const pages = Math.floor(bytes / PAGE_BYTES);
      if (count.value !== 1 || !hasMaximum || pages < least.value) break;
      writeNumber(limited, least.end, most.end, Math.min(pages, most.value));
      return limited;
    }
    at = size.end + size.value;
  }
  throw new Error(`a decoder whose memory cannot be limited to ${bytes} bytes`);
}

/** Reads an unsigned LEB128 number. */
function readNumber(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  for (let at = start, scale = 1; ; at++, scale *= 128) {
    value += (bytes[at]! & 0x7f) * scale;
    if (!(bytes[at]! & 0x80)) return { value, end: at + 1 };
  }
}

/** Writes an unsigned LEB128 number that takes all bytes from `start` to `end`. */
function writeNumber(bytes: Uint8Array, start: number, end: number, value: number): void {
  for (let at = start, rest = value; at < end; at++, rest = Math.floor(rest / 128)) {
    bytes[at] = (rest & 0x7f) | (at === end - 1 ? 0 : 0x80);
  }
}
