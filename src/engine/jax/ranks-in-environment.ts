/** Environment variables of a process that trains with others: its number, how many there are, and where the first one is met. */
const [RANK, RANKS, COORDINATOR] = [
  'LATENT_EXPLORER_RANK',
  'LATENT_EXPLORER_RANKS',
  'LATENT_EXPLORER_COORDINATOR',
] as const;

/**
 * Returns which of several ranks this process is, as whoever started it says; null if it trains alone.
 * @throws Error if the variables do not fit together
 */
export function ranksInEnvironment(
  environment: NodeJS.ProcessEnv = process.env,
): { readonly index: number; readonly count: number } | null {
  const { [RANK]: rank = '', [RANKS]: ranks = '', [COORDINATOR]: coordinator = '' } = environment;
  if (coordinator === '') return null;
  const [index, count] = [Number(rank), Number(ranks)];
  if (rank !== '' && Number.isInteger(index) && Number.isInteger(count) && index >= 0 && index < count)
    return { index, count };
  throw new Error(
    `${RANK} and ${RANKS}: got '${rank}' and '${ranks}', expected the number of this process, from 0, and how many there are`,
  );
}
