interface TermProps {
  readonly name: string;
  readonly value: string;
  readonly strong?: boolean;
}

/** A line of a card: what something is called, and its value. */
export function Term({ name, value, strong }: TermProps) {
  return (
    <div class={strong ? 'strong' : ''}>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
