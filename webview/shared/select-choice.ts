/** A choice of a drop-down list. */
export interface SelectChoice {
  readonly value: string;
  readonly label: string;
  /** Heading under which the choices of a group are listed. */
  readonly group?: string;
}
