import type { RunSession } from '../shared/run-session';
import { NotExplorable } from '../shared/ui/not-explorable';
import { Draws } from './draws';
import { ManifoldView } from './manifold';

/** What the decoder makes of latent space at large: a grid over a surface, and random draws. */
export function SamplesTab({ session }: { readonly session: RunSession }) {
  if (!session.isExplorable.value) return <NotExplorable />;
  return (
    <div class="samples-tab">
      <ManifoldView session={session} />
      <Draws session={session} />
    </div>
  );
}
