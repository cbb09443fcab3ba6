interface SwatchProps {
  readonly kind: 'train' | 'validation' | 'dashed' | 'paper train' | 'paper validation';
}

/** A sample of a line in the chart, for legends. */
export function Swatch({ kind }: SwatchProps) {
  return (
    <svg class={`swatch ${kind}`} width={22} height={10} aria-hidden="true">
      <line x1={1} y1={5} x2={21} y2={5} stroke-width={kind === 'validation' ? 2.5 : 1.5} />
      {kind === 'validation' && <circle cx={11} cy={5} r={3.2} />}
    </svg>
  );
}
