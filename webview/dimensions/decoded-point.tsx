import type { ComponentChildren } from 'preact';
import type { Pictures } from '../../src/domain/pictures';
import type { SampleSource } from '../../src/protocol/schemas/values';
import { klSourceOf } from '../shared/choices';
import { coordinate } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { Picture } from '../shared/ui/picture';
import { Select } from '../shared/ui/select';
import { StartSelect } from '../shared/ui/start-select';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';

const SOURCES = [
  { value: 'prior', label: t('the prior') },
  { value: 'aggregate', label: t('the aggregate posterior') },
] as const satisfies readonly { value: SampleSource; label: string }[];

interface DecodedPointProps {
  readonly session: RunSession;
  readonly picture: Pictures | null;
  /** Null until the engine has answered. */
  readonly point: Float32Array | null;
  /** Number of edited coordinates. */
  readonly edited: number;
  readonly onReset: () => void;
  /** Below the button that resets the sliders. */
  readonly children: ComponentChildren;
}

/** The point that the sliders move: its start point, its picture, and its norm. */
export function DecodedPoint({ session, picture, point, edited, onReset, children }: DecodedPointProps) {
  const { state } = session;
  const length = point && coordinate(Math.hypot(...point));
  return (
    <div class="stage-box">
      <div class="stage-picture">
        {picture && length !== null && (
          <Picture class="big" pictures={picture} alt={t('Decoded at |z| {0}', length)} />
        )}
        <p class="quiet stage-text">{point && length !== null && textOf(length, point.length, edited)}</p>
      </div>
      <div class="stage-side">
        <StartSelect session={session} label={t('Around')} />
        <Select
          label={t('Quantiles of')}
          choices={SOURCES}
          value={klSourceOf(state.value.quantilesOf)}
          onChange={(quantilesOf) => state.update({ quantilesOf })}
        />
        <Button title={t('Reset all sliders')} disabled={edited === 0} onClick={onReset}>
          {t('Reset')}
        </Button>
        {children}
      </div>
    </div>
  );
}

/** Describes |z|, which is about the square root of Nz for z ~ N(0, I). */
function textOf(length: string, latent: number, edited: number): string {
  const moved = edited === 0 ? '' : ` · ${t('{0} moved', edited)}`;
  return t('|z| {0}; draws of the prior have about {1}{2}', length, Math.sqrt(latent).toFixed(2), moved);
}
