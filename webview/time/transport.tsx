import { useState } from 'preact/hooks';
import { count, nats } from '../shared/format';
import { rowAt } from '../shared/metric-history';
import type { RunSession } from '../shared/run-session';
import { Later } from '../shared/ui/later';
import { ErrorText } from '../shared/ui/notice';
import { SaveFilm } from '../shared/ui/save-film';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { BoundTrack } from './bound-track';
import { timeFrames } from './time-film';
import { usePlayer } from './use-player';

/** The bar under every tab that moves all of them through the run's snapshots. */
export function Transport({ session }: { readonly session: RunSession }) {
  const { time } = session;
  return (
    <section class="time" aria-label={t('Time')}>
      {time.steps.value.length > 0 ? <Bar session={session} /> : <NoSnapshots session={session} />}
      <ErrorText text={time.trouble.value} />
    </section>
  );
}

function Bar({ session }: { readonly session: RunSession }) {
  const { time } = session;
  const player = usePlayer(time);
  const steps = time.steps.value;
  const index = time.index.value;
  const facts = factsOf(session);
  return (
    <div class="time-bar">
      <button
        type="button"
        class="time-play"
        aria-label={player.isPlaying ? t('Pause') : t('Play')}
        title={player.isPlaying ? t('Pause') : t('Play')}
        disabled={steps.length < 2}
        onClick={() => player.toggle()}
      >
        <span aria-hidden="true">{player.isPlaying ? '⏸' : '▶'}</span>
      </button>
      <div class="time-slider">
        <BoundTrack session={session} />
        <input
          type="range"
          min={0}
          max={steps.length - 1}
          step={1}
          value={index}
          disabled={steps.length < 2}
          aria-label={t('Snapshot')}
          aria-valuetext={facts}
          onInput={({ currentTarget }) => {
            player.pause();
            time.moveTo(Number(currentTarget.value));
          }}
        />
      </div>
      <output class="time-place">{`${count(index + 1)} / ${count(steps.length)}`}</output>
      <span class="time-facts">{facts}</span>
      {steps.length > 1 && (
        <SaveFilm
          session={session}
          of="time"
          title={t('What the decoder makes of the same points at each snapshot, as a film')}
          loop="anew"
          frames={() => timeFrames(session)}
        />
      )}
      {time.isLoading.value && time.trouble.value === '' && (
        <Later key={index}>
          <span class="time-hint" role="status">
            {t('Asking the engine for this step…')}
          </span>
        </Later>
      )}
    </div>
  );
}

/** Step, samples and bounds where the slider is. */
function factsOf({ time, history }: RunSession): string {
  const { step, samples } = time.momentOf(time.steps.value[time.index.value]!);
  return t(
    'Step {0} · {1} samples · ELBO training {2}, validation {3} nats',
    count(step),
    count(samples),
    nats(rowAt(history.train, step)?.elbo),
    nats(rowAt(history.validation, step)?.elbo),
  );
}

/** The bar of a run without snapshots: greyed, with the reason. */
function NoSnapshots({ session }: { readonly session: RunSession }) {
  const [asked, setAsked] = useState(false);
  const { time } = session;
  const list = time.list.value;
  const isNotKept = list?.kept === false;
  const keep = (): void => {
    void session.attempt('action', async () => {
      await session.client.call('keepSnapshots', {});
      setAsked(true);
    });
  };
  return (
    <div class="time-bar disabled">
      <button type="button" class="time-play" aria-label={t('Play')} disabled>
        <span aria-hidden="true">▶</span>
      </button>
      <div class="time-slider">
        <input type="range" min={0} max={1} value={1} disabled aria-label={t('Snapshot')} />
      </div>
      <span class="time-hint">{reasonOf(session)}</span>
      {isNotKept &&
        (asked ? (
          <span class="time-hint" role="status">
            {t('The next training keeps them.')}
          </span>
        ) : (
          <Button onClick={keep}>{t('Keep Snapshots Next Time')}</Button>
        ))}
    </div>
  );
}

function reasonOf({ time, run }: RunSession): string {
  const list = time.list.value;
  const isRunning = run.outcome === 'running';
  if (list?.kept === false) return t('This run keeps no snapshots of its earlier steps.');
  if (list)
    return isRunning ? t('The first snapshot is kept with the first step.') : t('No snapshot was kept.');
  return isRunning
    ? t('Training has not begun, so there are no snapshots.')
    : t('Snapshots can be shown once the model is open.');
}
