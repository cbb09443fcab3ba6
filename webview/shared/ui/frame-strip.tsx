import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pictures } from '../../../src/domain/pictures';
import { imageOf } from '../pictures';

/** Gap between two pictures, as a fraction of their width. */
const GAP_SHARE = 1 / 16;

interface FrameStripProps {
  readonly pictures: Pictures;
  /** Index of the first picture of the strip; there is one for each title. */
  readonly first?: number;
  readonly titles: readonly string[];
  /** Of the whole strip, for screen readers. */
  readonly label: string;
  /** Index of the marked picture, -1 for none. */
  readonly marked: number;
  readonly onChoose: (index: number) => void;
}

/**
 * Pictures side by side, each clickable. They share one canvas with overlaid elements: the browser composites every
 * canvas in every frame, and a hundred canvases delay all other drawing.
 */
export function FrameStrip({ pictures, first = 0, titles, label, marked, onChoose }: FrameStripProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const { width, height } = pictures;
  const gap = Math.max(1, Math.round(width * GAP_SHARE));
  const total = titles.length * (width + gap) - gap;
  useLayoutEffect(() => {
    Object.assign(canvas.current!, { width: total, height });
    const context = canvas.current!.getContext('2d');
    titles.forEach((_, i) => context?.putImageData(imageOf(pictures, first + i), i * (width + gap), 0));
  }, [pictures, first, titles.length]);
  return (
    <div class="frame-strip" role="img" aria-label={label}>
      <canvas ref={canvas} class="picture" aria-hidden="true" />
      {titles.map((title, i) => (
        <span
          key={i}
          class={i === marked ? 'frame nearest' : 'frame'}
          title={title}
          style={{ left: `${(100 * i * (width + gap)) / total}%`, width: `${(100 * width) / total}%` }}
          onClick={() => onChoose(i)}
        />
      ))}
    </div>
  );
}
