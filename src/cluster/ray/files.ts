import * as z from 'zod';
import { NotFoundError, RefusedError, TooLargeError } from './errors';
import type { Call } from './http';
import { parsed } from './jobs';

/** Lines that are read of the end of a file that grows, where more have come than were expected. */
const TAIL_LINES = [30, 200] as const;
/** Known lines by which the place in a short tail is found. */
const FEW_KNOWN = 3;
/** Of a tail: a validation row may have 4,096 numbers. */
const MAX_TAIL_BYTES = 48 << 20;
/** Of a whole file of lines: 20,000 training rows take 3 MB. All of it becomes text at once, of which V8 holds half a gigabyte. */
const MAX_LINES_BYTES = 256 << 20;
const TIMEOUT_MS = 300_000;

const listSchema = z.object({
  data: z.object({ result: z.record(z.string(), z.array(z.string().max(1000)).max(100_000)) }),
});

/** Files below the folder of logs of a node, which Ray's dashboard serves. */
export class RayFiles {
  constructor(
    private readonly call: Call,
    private readonly host: string,
  ) {}

  /**
   * Reads a file, or its last lines.
   * @param name below the folder of logs @param lines -1 for all bytes
   * @returns null if there is none @throws TooLargeError
   */
  async read(node: string, name: string, maxBytes: number, lines = -1): Promise<Buffer | null> {
    const query = new URLSearchParams({ node_id: node, filename: name, lines: String(lines) });
    try {
      return await this.call('GET', `/api/v0/logs/file?${query.toString()}`, {
        maxBytes,
        timeoutMs: TIMEOUT_MS,
      });
    } catch (error) {
      // Ray answers 500 for a missing file, 404 in some versions.
      const isMissing =
        error instanceof NotFoundError || (error instanceof RefusedError && /not found/i.test(error.reason));
      if (isMissing) return null;
      throw error;
    }
  }

  /** Returns the names of the files that match a pattern, which are relative to the folder of logs. */
  async list(node: string, glob: string): Promise<string[]> {
    const query = new URLSearchParams({ node_id: node, glob });
    const { data } = parsed(
      listSchema,
      await this.call('GET', `/api/v0/logs?${query.toString()}`),
      this.host,
    );
    return Object.values(data.result).flat();
  }

  /** Returns the last lines of a log, without a torn one at its start; empty if there is none. */
  async tail(node: string, name: string, lines: number, maxBytes: number): Promise<string[]> {
    const bytes = await this.read(node, name, maxBytes, lines).catch((error: unknown) => {
      if (error instanceof TooLargeError) return null;
      throw error;
    });
    return bytes === null ? [] : bytes.toString('utf8').split('\n').filter(Boolean).slice(-lines);
  }

  /**
   * Returns the whole lines that follow those that are known of a file which is only ever added to.
   * @param known the last lines that are known, in order @param count of all lines that are known
   * @param expected how many new ones there probably are: few bytes are fetched if there are not many more
   * @returns null if the known lines are not in the file: it is another one
   */
  async linesAfter(
    node: string,
    name: string,
    known: readonly string[],
    count: number,
    expected: number = TAIL_LINES[0],
  ): Promise<string[] | null> {
    // The last line may still be written.
    const short = FEW_KNOWN + expected + 1;
    const tails = short < TAIL_LINES[0] ? [short, ...TAIL_LINES] : TAIL_LINES;
    for (const wanted of count > 0 ? tails : []) {
      const tail = await this.read(node, name, MAX_TAIL_BYTES, wanted).catch((error: unknown) => {
        if (error instanceof TooLargeError) return null;
        throw error;
      });
      const lines = tail === null ? [] : wholeLines(tail);
      // A shorter file is there as a whole, where the count alone says what is new.
      const some = wanted === short ? known.slice(-FEW_KNOWN) : known;
      const at = lines.length < wanted - 1 ? -1 : endOf(some, lines);
      if (at >= 0) return lines.slice(at);
      if (tail !== null && lines.length < wanted - 1) return linesFrom(tail, known, count);
    }
    const whole = await this.read(node, name, MAX_LINES_BYTES);
    if (whole === null) return count === 0 ? [] : null;
    return linesFrom(whole, known, count);
  }
}

/** Returns the lines that a line break ends; the rest is still being written. */
const wholeLines = (bytes: Buffer): string[] =>
  bytes
    .toString('utf8', 0, bytes.lastIndexOf(0x0a) + 1)
    .split('\n')
    .slice(0, -1);

/** Returns the lines of a whole file after the first `count`; null if the known ones do not end there. Those before become no text. */
function linesFrom(bytes: Buffer, known: readonly string[], count: number): string[] | null {
  let start = 0;
  for (let line = known.length; line < count; line++) {
    start = bytes.indexOf(0x0a, start) + 1;
    if (start === 0) return null;
  }
  const lines = wholeLines(bytes.subarray(start));
  return known.every((line, i) => lines[i] === line) ? lines.slice(known.length) : null;
}

/** Returns where the known lines end among others, -1 if they are not there. Several, since one may be there twice. */
function endOf(known: readonly string[], lines: readonly string[]): number {
  for (let end = known.length; end <= lines.length; end++)
    if (known.every((line, i) => lines[end - known.length + i] === line)) return end;
  return -1;
}
