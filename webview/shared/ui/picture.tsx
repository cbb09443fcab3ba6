import './safe-text';
import { useLayoutEffect, useRef } from 'preact/hooks';
import type { Pictures } from '../../../src/domain/pictures';
import { displayWidth, paint, paintMosaic } from '../pictures';

interface PictureProps {
  readonly pictures: Pictures;
  readonly index?: number;
  /** For screen readers; empty for a picture beside its name. */
  readonly alt: string;
  /** CSS width that is aimed at, in px: each pixel of the image covers a whole number of pixels. Absent: by the style sheet. */
  readonly width?: number;
  readonly class?: string;
}

/** One picture at its own resolution, enlarged without smoothing. */
export function Picture({ pictures, index = 0, alt, width, class: name }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => paint(canvas.current!, pictures, index), [pictures, index]);
  return (
    <canvas
      ref={canvas}
      class={name === undefined ? 'picture' : `picture ${name}`}
      {...(alt === '' ? { 'aria-hidden': true } : { role: 'img', 'aria-label': alt })}
      style={width === undefined ? undefined : { width: `${displayWidth(pictures, width)}px` }}
    />
  );
}

interface MosaicProps {
  readonly pictures: Pictures;
  readonly columns: number;
  readonly alt: string;
}

/** All pictures edge to edge on one canvas. */
export function Mosaic({ pictures, columns, alt }: MosaicProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useLayoutEffect(() => paintMosaic(canvas.current!, pictures, columns), [pictures, columns]);
  return <canvas ref={canvas} class="picture mosaic" role="img" aria-label={alt} />;
}
