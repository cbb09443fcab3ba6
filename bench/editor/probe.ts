import type { Frame, Page } from 'playwright-core';

/** When what came of a move of the mouse, in ms of the webview's clock. */
export interface Move {
  /** The browser got it from the mouse. */
  readonly input: number;
  /** The page's listeners were told. */
  readonly event: number;
  /** The answer of the host came, with the picture's bytes; NaN where the panel decoded it. */
  readonly answer: number;
  /** The picture was on its canvas. */
  readonly drawn: number;
  /** The frame after that was over. */
  readonly frame: number;
}

/** Runs in the webview: writes down what each move of the mouse comes to, one at a time. */
const PROBE = `(selector) => {
  const moves = [];
  let move = null;
  let waiting = null;
  const canvas = document.querySelector(selector);
  const { putImageData } = CanvasRenderingContext2D.prototype;
  addEventListener('pointermove', (event) => {
    move ??= { input: event.timeStamp, event: performance.now(), answer: NaN, drawn: NaN };
  }, true);
  // Told after the page, which by then has drawn what the message brought.
  addEventListener('message', (event) => {
    if (move !== null && event.timeStamp <= move.drawn && Number.isNaN(move.answer)) move.answer = event.timeStamp;
  });
  CanvasRenderingContext2D.prototype.putImageData = function (...args) {
    putImageData.apply(this, args);
    if (this.canvas !== canvas || move === null || !Number.isNaN(move.drawn)) return;
    move.drawn = performance.now();
    requestAnimationFrame(() => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        moves.push({ ...move, frame: performance.now() });
        move = null;
        waiting?.();
      };
      port2.postMessage(null);
    });
  };
  const probe = {
    start() { moves.length = 0; move = null; },
    async move(index) {
      while (moves.length <= index) await new Promise((resolve) => { waiting = resolve; });
      return moves[index];
    },
    end() { CanvasRenderingContext2D.prototype.putImageData = putImageData; },
  };
  globalThis.dragProbe = probe;
}`;

/**
 * Runs first in each frame: keeps the wire to the host, which VS Code hands out once, where `asked` finds it. In frames that are
 * webviews, WebAssembly is refused if the engine is to decode.
 */
const KEEP_WIRE = `((refuseWasm) => {
  let acquire;
  Object.defineProperty(globalThis, 'acquireVsCodeApi', {
    configurable: true,
    get: () => acquire && (() => (globalThis.dragWire = acquire())),
    set: (value) => {
      acquire = value;
      if (refuseWasm) WebAssembly.instantiate = () => Promise.reject(new Error('refused, to measure the engine'));
    },
  });
})`;

/** Runs in the webview: how long one call takes that the host answers by itself, in ms. */
const ASK = `(id) => new Promise((resolve) => {
  const start = performance.now();
  const answered = ({ data, timeStamp }) => {
    if (data?.id !== id) return;
    removeEventListener('message', answered);
    resolve(timeStamp - start);
  };
  addEventListener('message', answered);
  dragWire.postMessage({ id, call: 'mapFocus', params: {} });
})`;

/** Of the page's own calls no id is so large. */
const FIRST_ID = 1e9;

/** To be called before the panel opens. @param refuseWasm whether its pictures are to come from the engine */
export async function keepWire(page: Page, refuseWasm: boolean): Promise<void> {
  await page.addInitScript(`(${KEEP_WIRE})(${refuseWasm})`);
}

/** How long VS Code itself takes from a webview to the extension and back: the call does nothing there. In ms. */
export function roundTrip(frame: Frame, index: number): Promise<number> {
  return frame.evaluate<number>(`(${ASK})(${FIRST_ID + index})`);
}

/** Watches what is drawn on one canvas of a webview while the mouse moves. */
export class Probe {
  private count = 0;

  private constructor(private readonly frame: Frame) {}

  static async on(frame: Frame, canvas: string): Promise<Probe> {
    await frame.evaluate(`(${PROBE})(${JSON.stringify(canvas)})`);
    return new Probe(frame);
  }

  /** What came of the next move, once its picture was drawn. @throws Error where none is drawn in 5 s */
  async next(): Promise<Move> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`move ${this.count} came to no picture in 5 s`)), 5000);
    });
    const move = this.frame.evaluate<Move>(`dragProbe.move(${this.count})`);
    return Promise.race([move, late]).finally(() => {
      clearTimeout(timer);
      this.count++;
    });
  }

  /** Forgets the moves so far, such as that to where a drag begins. */
  async restart(): Promise<void> {
    await this.frame.evaluate('dragProbe.start()');
    this.count = 0;
  }

  async end(): Promise<void> {
    await this.frame.evaluate('dragProbe.end()');
  }
}
