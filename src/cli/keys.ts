import { emitKeypressEvents } from 'node:readline';
import type { Key } from 'node:readline';

/** Standard input; only a terminal has a raw mode, in which each key arrives as it is pressed. */
export type KeyStream = NodeJS.ReadableStream & {
  readonly isTTY?: boolean;
  setRawMode?(isRaw: boolean): unknown;
};

/** Reads keys from a terminal. */
export class Keys {
  private constructor(
    private readonly stream: KeyStream,
    private readonly onKey: (name: string) => void,
  ) {}

  /**
   * Reads keys until closed; null if `stream` is not a terminal.
   * @param onKey called with the name of each key, such as `up`, `space`, `s` or `ctrl-c`
   */
  static open(stream: KeyStream | undefined, onKey: (name: string) => void): Keys | null {
    if (stream?.isTTY !== true || stream.setRawMode === undefined) return null;
    const keys = new Keys(stream, onKey);
    emitKeypressEvents(stream);
    stream.on('keypress', keys.press);
    // The terminal may be gone; its end is noticed where it is written to.
    stream.on('error', keys.ignore);
    stream.resume();
    return keys;
  }

  /** In raw mode Ctrl-C and Ctrl-Z are keys, and send no signals. */
  setRaw(isRaw: boolean): void {
    try {
      this.stream.setRawMode?.(isRaw);
    } catch {
      // The terminal is gone.
    }
  }

  close(): void {
    this.setRaw(false);
    this.stream.off('keypress', this.press);
    this.stream.pause();
  }

  private readonly ignore = (): void => undefined;

  private readonly press = (text: string | undefined, { name = text, ctrl }: Key): void => {
    if (name !== undefined) this.onKey(ctrl === true ? `ctrl-${name}` : name);
  };
}
