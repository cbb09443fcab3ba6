import { dimensionsBy } from '../shared/activity';
import type { RunSession } from '../shared/run-session';
import { imageChoices } from '../shared/tray';
import { Select } from '../shared/ui/select';
import { RadioGroup } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { isPlane } from './surface';
import type { ChosenSurface } from './surface';

const KINDS = [
  { value: 'dimensions', label: t('Two dimensions') },
  { value: 'plane', label: t('Plane through three images') },
] as const;
const CORNERS = ['A', 'B', 'C'];

interface SurfaceChoiceProps {
  readonly session: RunSession;
  readonly surface: ChosenSurface;
}

/** Chooses the surface of the manifold. */
export function SurfaceChoice({ session, surface }: SurfaceChoiceProps) {
  const { run, state } = session;
  if (run.latent <= 2) return null;
  return (
    <div class="surface">
      <RadioGroup
        label={t('Surface')}
        choices={KINDS}
        value={isPlane(session) ? 'plane' : 'dimensions'}
        onChange={(kind) => state.update({ surface: kind })}
      />
      {surface.kind === 'dimensions' ? (
        <Axes session={session} dimensions={surface.dimensions} />
      ) : surface.images.length < CORNERS.length ? (
        <span class="quiet">{t('Put three images into the tray first.')}</span>
      ) : (
        <Corners session={session} images={surface.images} />
      )}
    </div>
  );
}

interface AxesProps {
  readonly session: RunSession;
  readonly dimensions: readonly [across: number, up: number];
}

function Axes({ session, dimensions }: AxesProps) {
  const { state, kl, run } = session;
  const choices = dimensionsBy(kl, run.latent).map((d) => ({ value: String(d), label: `z${d}` }));
  const [across, up] = dimensions;
  return (
    <div class="switches">
      <Select
        label={t('Across')}
        choices={choices}
        value={String(across)}
        onChange={(d) => state.update({ across: Number(d) })}
      />
      <Select
        label={t('Up')}
        choices={choices}
        value={String(up)}
        onChange={(d) => state.update({ up: Number(d) })}
      />
    </div>
  );
}

interface CornersProps {
  readonly session: RunSession;
  readonly images: readonly { readonly value: string }[];
}

function Corners({ session, images }: CornersProps) {
  const { state } = session;
  const choices = imageChoices(session, state.value.through);
  const keys = images.map(({ value }) => value);
  return (
    <div class="switches">
      {CORNERS.map((letter, i) => (
        <Select
          key={letter}
          label={letter}
          choices={choices}
          value={keys[i] ?? ''}
          onChange={(key) => state.update({ through: keys.map((each, k) => (k === i ? key : each)) })}
        />
      ))}
    </div>
  );
}
