import type { Target } from '../../cluster/target';
import type { ExtensionServices } from '../services';

/** Tokens are kept by address: another cluster under the same name does not get the token of the one before. */
const keyOf = ({ address }: Target): string => `vae.cluster.token:${address.replace(/\/+$/, '')}`;

/** Returns the token for a cluster: the one that the editor keeps, else that of Ray's own tools; null if there is none. */
export async function tokenFor({ context }: ExtensionServices, target: Target): Promise<string | null> {
  const kept = await context.secrets.get(keyOf(target));
  if (kept !== undefined) return kept;
  const { findToken } = await import('../../cluster/token');
  return findToken();
}

export async function keepToken(
  { context }: ExtensionServices,
  target: Target,
  token: string,
): Promise<void> {
  await context.secrets.store(keyOf(target), token);
}
