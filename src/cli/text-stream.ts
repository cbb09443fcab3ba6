/** A stream that accepts text; the size and its changes exist on a terminal only. */
export interface TextStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  /** Whether a write has failed, so that later ones are dropped. */
  readonly isLost?: boolean;
  /** Calls `listener` when the size has changed. @returns a function that ends this */
  onResize?(listener: () => void): () => void;
}
