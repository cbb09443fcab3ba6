import type { MapSet, MapState } from '../../protocol/map';
import type { Engines } from '../engines/engines';
import { runMapWork } from './map-work';
import type { MapWork } from './map-work';

export interface EncodingOptions {
  /** State of the map, just asked for. */
  readonly start: MapState;
  /** What the error says where another client cancelled the encoding. */
  readonly cancelledText: string;
  /** Whether images that were encoded with earlier weights are encoded again. */
  readonly current: boolean;
  readonly report: (job: NonNullable<MapState['job']>) => void;
  readonly isCancelled?: () => boolean;
}

/**
 * Returns the encoded images of a run, encoding them first if necessary; with `current`, with the weights of now or later.
 * @returns null if it was cancelled
 * @throws Error why they could not be encoded
 */
export async function encodedMap(
  engines: Engines,
  folder: string,
  { start, cancelledText, current, report, isCancelled = () => false }: EncodingOptions,
): Promise<MapSet | null> {
  if (start.set && (!current || start.set.step === start.step)) return start.set;
  const work: MapWork<NonNullable<MapState['job']>> = {
    engine: () => engines.connection(folder).pid,
    begin: () => engines.ask(folder, 'encodeAll', {}),
    async state() {
      if (isCancelled()) await engines.ask(folder, 'cancelEncodeAll', {});
      return engines.ask(folder, 'map', {});
    },
    progress: ({ job }) => job,
    // The previous set is of older weights.
    isMade: ({ set, error }) => isCancelled() || error !== '' || (set !== null && set.key !== start.set?.key),
  };
  const { set, error } = await runMapWork(work, report);
  if (isCancelled()) return null;
  if (error !== '' || !set) throw new Error(error || cancelledText);
  return set;
}
