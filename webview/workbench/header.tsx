import type { RunView } from '../../src/protocol/panel';
import { count, duration, nats } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { Popover } from '../shared/ui/menu';
import { t } from '../shared/l10n';
import { ActionButtons } from './action-buttons';
import { PHASES, actionsOf, isEnded, messageOf, phaseOf } from './phase';
import { RunMenu } from './run-menu';

/** The run's name, state, newest bound, time left and actions: always there, above every tab. */
export function RunHeader({ session, narrow }: { readonly session: RunSession; readonly narrow: boolean }) {
  const { run } = session;
  const phase = phaseOf(run);
  const { live } = run;
  const part = live?.totalSamples == null ? null : Math.min(1, live.samples / live.totalSamples);
  const under = phase === 'training' || phase === 'paused' || phase === 'stopping';
  return (
    <header class="run-header" tabIndex={-1}>
      <h1>
        <button
          type="button"
          class="run-name"
          title={t('Show another run…')}
          onClick={() => void session.act('switch')}
        >
          <span class="run-name-text">{run.name}</span>
          <span aria-hidden="true">▾</span>
        </button>
      </h1>
      <span class="state" role="status" title={endOf(run)}>
        <span class={`mark ${PHASES[phase].mark}`} aria-hidden="true" />
        <span class="state-label">{stateOf(run)}</span>
        {under && part !== null && <span class="state-part">{`${Math.floor(part * 100)} %`}</span>}
      </span>
      <Bound session={session} />
      {!narrow && phase === 'training' && live !== null && live.secondsLeft !== null && (
        <span class="time-left">{t('{0} left', duration(live.secondsLeft))}</span>
      )}
      <span class="header-space" />
      {!narrow && <ActionButtons session={session} actions={actionsOf(run)} />}
      <Popover
        label={t('About this run')}
        button={
          <span class="info-mark" aria-hidden="true">
            i
          </span>
        }
        class="run-facts"
      >
        {() => <Facts session={session} />}
      </Popover>
      <RunMenu session={session} actions={narrow ? actionsOf(run) : []} />
      <div
        class={under && part !== null ? 'progress' : 'progress idle'}
        role="progressbar"
        aria-label={t('Training progress')}
        aria-valuemin={0}
        aria-valuemax={100}
        aria-valuenow={part === null ? undefined : Math.round(part * 100)}
      >
        <div class="progress-bar" style={{ width: `${(part ?? 0) * 100}%` }} />
      </div>
    </header>
  );
}

/** The state, and the cluster that a run is trained on. */
function stateOf(run: RunView): string {
  const { label } = PHASES[phaseOf(run)];
  return run.cluster?.isActive ? t('{0} on {1}', label, run.cluster.name) : label;
}

/** How a run ended, for its state; empty while it goes on. */
const endOf = (run: RunView): string => (isEnded(run) ? messageOf(run) : '');

function Bound({ session }: { readonly session: RunSession }) {
  const { run, history } = session;
  const validation = run.live?.validationBound ?? history.validation.at(-1)?.elbo;
  const train = run.live?.trainBound ?? history.train.at(-1)?.elbo;
  if (validation == null && train == null) return null;
  const split = validation != null ? t('Validation') : t('Training');
  const label = [`${split} ELBO`, run.boundLabel].filter((text) => text !== '').join(' · ');
  return (
    <span class="bound" title={`${label} · ${t('nats per datapoint')}`}>
      <span class="bound-value">{nats(validation ?? train)}</span>
      <span class="bound-unit">{t('nats')}</span>
    </span>
  );
}

/** Dataset, engine, speed and what else there is to know of the run. */
function Facts({ session }: { readonly session: RunSession }) {
  const { run } = session;
  return (
    <dl class="facts">
      {factsOf(run, session).map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(run: RunView, { history }: RunSession): [name: string, value: string][] {
  const { live } = run;
  const last = Math.max(history.train.at(-1)?.samples ?? 0, history.validation.at(-1)?.samples ?? 0);
  const phase = phaseOf(run);
  const samples = live === null || phase === 'finished' ? Math.max(last, live?.samples ?? 0) : live.samples;
  const total = live?.totalSamples == null ? '' : t(' of {0}', count(live.totalSamples));
  const facts: [string, string][] = [
    [t('Dataset'), run.dataset],
    [t('Preset'), run.preset],
  ];
  if (run.latent > 0) facts.push([t('Latent dimensions'), count(run.latent)]);
  if (run.boundLabel !== '') facts.push([t('Bound'), run.boundLabel]);
  facts.push([t('Samples evaluated'), `${count(samples)}${total}`]);
  if (phase === 'training' && live !== null)
    facts.push(
      [t('Samples per second'), count(live.samplesPerSecond)],
      [t('Time left'), duration(live.secondsLeft)],
    );
  if (run.cluster) facts.push([t('Cluster'), run.cluster.name]);
  if (live !== null && live.engine !== '') facts.push([t('Engine'), live.engine]);
  for (const { title, text } of live?.dataset ?? [])
    if (title === 'images') facts.push([t('Images'), text]);
    else if (title === 'skipped') facts.push([t('Skipped files'), text]);
  const message = messageOf(run);
  if (message !== '') facts.push([isEnded(run) ? t('How it ended') : t('Message'), message]);
  if (run.tags.length > 0) facts.push([t('Tags'), run.tags.join(', ')]);
  if (run.notes !== '') facts.push([t('Notes'), run.notes]);
  return facts;
}
