import type { ComponentChildren } from 'preact';
import { count, duration, images } from '../../shared/format';
import type { RunSession } from '../../shared/run-session';
import { Later } from '../../shared/ui/later';
import { ErrorText } from '../../shared/ui/notice';
import { Busy, Button } from '../../shared/ui/widgets';
import { t } from '../../shared/l10n';
import { changeChoices } from '../data/change-choices';
import { isVisible } from '../style/colouring';
import type { PlotProps } from '../plot';
import { EncodingProgress } from './encoding-progress';

/** In place of the map, or on it where no point can be seen: why, and a way on. */
export function NothingDrawn({ session, plot }: PlotProps) {
  const { map } = plot;
  if (map.data !== null) return <NoPoint session={session} plot={plot} />;
  const { state } = map;
  if (map.trouble !== '')
    return (
      <Reason>
        <ErrorText text={map.trouble} />
        <Button onClick={() => (state == null ? map.pull() : map.make())}>{t('Try Again')}</Button>
      </Reason>
    );
  if (state === undefined)
    return (
      <Reason>
        <Later>
          <Busy>{t('Asking the engine for the map…')}</Busy>
        </Later>
      </Reason>
    );
  if (state === null || state.step === null) return <NoModel session={session} />;
  if (state.job !== null)
    return (
      <Reason>
        <EncodingProgress map={map} />
      </Reason>
    );
  if (state.set !== null)
    return (
      <Reason>
        <Busy>{t('Reading the map…')}</Busy>
      </Reason>
    );
  return <Ask session={session} plot={plot} total={state.images} />;
}

function Reason({ children }: { readonly children: ComponentChildren }) {
  return (
    <div class="map-reason">
      <div class="map-reason-box">{children}</div>
    </div>
  );
}

function NoModel({ session }: { readonly session: RunSession }) {
  const isTraining = session.run.outcome === 'running';
  if (!isTraining && session.run.mayOpenModels === false)
    return (
      <Reason>
        <p>{t('A map needs the model, which is not opened in a workspace that is not trusted.')}</p>
      </Reason>
    );
  return (
    <Reason>
      <p>
        {isTraining
          ? t('The map appears here as soon as the run has a model.')
          : t('A map needs a model, and the run has no checkpoint yet.')}
      </p>
      {!isTraining && <Button onClick={() => void session.ask('resume')}>{t('Resume Training')}</Button>}
    </Reason>
  );
}

/** What a map would cost, for a person to decide. */
function Ask({ session, plot, total }: PlotProps & { readonly total: number | null }) {
  const { live } = session.run;
  // An image is encoded and decoded once; training also goes back through both, and more than pays for taking turns.
  const perSecond = live?.samplesPerSecond ?? 0;
  const isTraining = session.run.outcome === 'running';
  return (
    <Reason>
      <p>
        {total === null
          ? t('The map shows where each image lies in latent space: all of them are encoded for it.')
          : t('The map shows where each image lies in latent space: {0} are encoded for it.', images(total))}
        {total !== null && perSecond > 0 && ` ${t('That takes about {0}.', duration(total / perSecond))}`}
        {isTraining && ` ${t('Training continues meanwhile, a little slower.')}`}
      </p>
      <Button primary onClick={() => plot.map.make()}>
        {total === null ? t('Make Map') : t('Encode {0}', images(total))}
      </Button>
    </Reason>
  );
}

/** Why no point can be seen on the map, if none can. */
function NoPoint({ session, plot }: PlotProps) {
  const { drawn, narrowing } = plot;
  const styles = plot.styles.value;
  if (drawn === null || styles === null)
    return plot.drawingTrouble.value === '' ? (
      <Reason>
        <Later>
          <Busy>{t('Reading the map…')}</Busy>
        </Later>
      </Reason>
    ) : null;
  const total = drawn.data.set.count;
  if (drawn.placed?.includes(1) === false)
    return (
      <Reason>
        <p>{t('No image has a value on both axes.')}</p>
        <Button onClick={() => changeChoices(session, t('layout'), { mapLayout: '', mapX: '', mapY: '' })}>
          {t('Usual Layout')}
        </Button>
      </Reason>
    );
  if (narrowing.leftCount.value === 0)
    return (
      <Reason>
        <p>{t('The filters leave none of {0} images.', count(total))}</p>
        <Button onClick={() => narrowing.clear()}>{t('Clear Filters')}</Button>
      </Reason>
    );
  if (some(total, (i) => isVisible(styles.styles, i))) return null;
  return (
    <Reason>
      <p>{t('All images are hidden.')}</p>
      <Button
        onClick={() => {
          changeChoices(session, t('legend'), { mapHidden: [] });
          if (narrowing.isIsolated.value) narrowing.showAll();
        }}
      >
        {t('Show All')}
      </Button>
    </Reason>
  );
}

function some(total: number, test: (index: number) => boolean): boolean {
  for (let i = 0; i < total; i++) if (test(i)) return true;
  return false;
}
