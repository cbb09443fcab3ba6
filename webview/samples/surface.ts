import { dimensionsBy } from '../shared/activity';
import type { RunSession } from '../shared/run-session';
import { imageChoices } from '../shared/tray';
import type { SelectChoice } from '../shared/select-choice';

/** The surface of the manifold: two dimensions, across and up, or a plane through three images. */
export type ChosenSurface =
  | { readonly kind: 'dimensions'; readonly dimensions: readonly [across: number, up: number] }
  /** Keys of the images; fewer than three if there are no more. */
  | { readonly kind: 'plane'; readonly images: readonly SelectChoice[] };

const CORNERS = 3;

export function chosenSurface(session: RunSession): ChosenSurface {
  return isPlane(session)
    ? { kind: 'plane', images: corners(session) }
    : { kind: 'dimensions', dimensions: axes(session) };
}

/** A plane needs more than two dimensions: with two it is all of latent space. */
export const isPlane = ({ state, run }: RunSession): boolean =>
  state.value.surface === 'plane' && run.latent > 2;

/** Whether the surface does not depend on the KL of the dimensions, or that is known. */
export function isSurfaceKnown(session: RunSession): boolean {
  const { latent } = session.run;
  const { across, up } = session.state.value;
  const areChosen = isDimension(across, latent) && isDimension(up, latent);
  return isPlane(session) || latent <= 2 || areChosen || session.isKlKnown;
}

const isDimension = (d: number, latent: number): boolean => Number.isInteger(d) && d >= 0 && d < latent;

/** The chosen dimensions. Defaults to the two of largest KL, the lower index across. */
function axes({ state, run, kl }: RunSession): readonly [number, number] {
  const { latent } = run;
  if (latent <= 2) return [0, latent - 1];
  const { across, up } = state.value;
  const usual = dimensionsBy(kl, latent)
    .slice(0, 2)
    .sort((a, b) => a - b) as [number, number];
  return [isDimension(across, latent) ? across : usual[0], isDimension(up, latent) ? up : usual[1]];
}

/** The remembered images that still exist, filled up with other images. */
function corners(session: RunSession): readonly SelectChoice[] {
  const { through } = session.state.value;
  const choices = imageChoices(session, through);
  const kept = through.flatMap((key) => choices.find(({ value }) => value === key) ?? []);
  const others = choices.filter((choice) => !kept.includes(choice));
  return [...kept, ...others].slice(0, CORNERS);
}
