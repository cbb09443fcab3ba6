import type { EngineRanks } from '../../engine/engine';

/** Ratio from which several ranks are called faster than one: below it they cost more than they save. */
const PAYS = 1.1;

/** Says how fast ranks train, as they have measured, and whether they pay. */
export function ranksNotice(
  count: number,
  { together, alone }: Awaited<ReturnType<EngineRanks['measure']>>,
): string {
  const times = `a step of ${count} ranks takes ${milliseconds(together)}, and one of them alone takes ${milliseconds(alone)}`;
  const speed = alone / together;
  return speed >= PAYS
    ? `${times}: together they are ${speed.toFixed(1)} times as fast`
    : `${times}: ${count} ranks do not pay for this model here, they are ${speed.toFixed(2)} times as fast as one. Stop this run and submit it without --workers, or with a larger minibatch`;
}

function milliseconds(seconds: number): string {
  const ms = 1000 * seconds;
  return `${ms < 100 ? ms.toPrecision(2) : Math.round(ms)} ms`;
}
