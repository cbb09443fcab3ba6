import '../shared/ui/safe-text';
import { useEffect, useRef } from 'preact/hooks';
import type { SweepPage } from '../../src/protocol/sweep';
import { count } from '../shared/format';
import { t } from '../shared/l10n';
import { Later } from '../shared/ui/later';
import { ErrorText, Notice } from '../shared/ui/notice';
import { Mosaic } from '../shared/ui/picture';
import { useSeen } from '../shared/ui/use-seen';
import { Busy, Button } from '../shared/ui/widgets';
import type { SweepModel } from './model';
import { ParallelCoordinates } from './parallel';
import { TrialTable } from './trial-table';

interface Props {
  readonly model: SweepModel;
}

/** The page: how the sweep goes, its trials as lines and as a table, and pictures of the best one. */
export function SweepPageView({ model }: Props) {
  const { page, trouble } = model;
  return (
    <main class="sweep">
      <ErrorText text={trouble} />
      {page === undefined && trouble === '' && (
        <Later>
          <Busy>{t('Reading the sweep…')}</Busy>
        </Later>
      )}
      {page && (
        <>
          <Head model={model} page={page} />
          {!page.mayOpenModels && (
            <Notice
              kind="info"
              text={t(
                'This workspace is not trusted: figures can be viewed, but nothing is trained and no model is opened.',
              )}
            />
          )}
          {page.cautions.length > 0 && (
            <Notice
              kind="warning"
              text={t(
                'Settings of this sweep change what the bound measures, so its trials cannot be ranked by it.',
              )}
            />
          )}
          <ParallelCoordinates model={model} />
          <TrialTable model={model} page={page} />
          {page.mayOpenModels && model.best.value !== undefined && <BestPictures model={model} />}
        </>
      )}
    </main>
  );
}

function Head({ model, page }: Props & { readonly page: SweepPage }) {
  const { selected } = model.state.value;
  const mayGoOn = page.mayOpenModels && (page.state === 'stopped' || page.state === 'interrupted');
  return (
    <header>
      <h1>{page.name}</h1>
      <p class="sweep-state" role="status">
        {progressText(page)}
      </p>
      <p class="quiet">{aboutText(page)}</p>
      <div class="buttons">
        {page.state === 'running' && <Button onClick={() => model.call('stop', {})}>{t('Stop')}</Button>}
        {mayGoOn && (
          <Button primary onClick={() => model.call('goOn', {})}>
            {t('Continue')}
          </Button>
        )}
        <Button
          disabled={selected.length < 2}
          title={selected.length < 2 ? t('Select two or more trials in the table') : ''}
          onClick={() => model.call('compareTrials', { trials: [...selected] })}
        >
          {t('Compare Selected')}
        </Button>
      </div>
    </header>
  );
}

function progressText({ state, trials }: SweepPage): string {
  const number = (of: string): number => trials.filter((trial) => trial.state === of).length;
  const parts = [
    [t('{0} finished', count(number('finished'))), number('finished')],
    [t('{0} stopped early', count(number('outranked'))), number('outranked')],
    [t('{0} at a rung', count(number('paused'))), number('paused')],
    [t('{0} failed', count(number('failed'))), number('failed')],
    [t('{0} training', count(number('training'))), number('training')],
    [t('{0} interrupted', count(number('interrupted'))), number('interrupted')],
    [t('{0} waiting', count(number('waiting'))), number('waiting')],
  ] as const;
  const counted = parts.filter(([, many]) => many > 0).map(([text]) => text);
  return [stateOf(state), t('{0} trials', count(trials.length)), ...counted].join(' · ');
}

function stateOf(state: SweepPage['state']): string {
  switch (state) {
    case 'running':
      return t('Training');
    case 'stopped':
      return t('Stopped');
    case 'interrupted':
      return t('Interrupted');
    case 'finished':
      return t('Finished');
  }
}

function aboutText({ preset, dataset, search, samples, stopping }: SweepPage): string {
  return [
    preset,
    dataset,
    search === 'grid' ? t('all combinations') : t('drawn by chance'),
    ...(samples === null ? [] : [t('{0} samples each', count(samples))]),
    ...(stopping === null
      ? []
      : [
          t(
            'at {0} samples, the best 1 of {1} goes on (ASHA)',
            stopping.rungs.map(count).join(', '),
            stopping.reduction,
          ),
        ]),
  ].join(' · ');
}

/** Images of each row of the pictures. */
const COLUMNS = 12;

/** The best trial's reconstructions and draws, once in view. */
function BestPictures({ model }: Props) {
  const place = useRef<HTMLElement>(null);
  const seen = useSeen(place);
  const best = model.best.value!;
  useEffect(() => {
    if (seen) model.pullPictures();
  }, [seen, model, best.number, best.samples]);
  const { pictures, picturesTrouble } = model;
  return (
    <section ref={place} aria-label={t('Pictures of the best trial')}>
      <div class="section-head">
        <h2>{best.rank === 1 ? t('Best trial') : t('Best trial so far')}</h2>
        <button type="button" class="link" onClick={() => model.call('openTrial', { trial: best.number })}>
          {best.run}
        </button>
        {pictures && <span class="quiet">{t('step {0}', count(pictures.step))}</span>}
      </div>
      <ErrorText text={picturesTrouble} />
      {pictures === null && picturesTrouble === '' && <Busy>{t('Opening the model…')}</Busy>}
      {pictures && (
        <div class="best-pictures">
          <figure>
            <Mosaic pictures={pictures.originals} columns={COLUMNS} alt={t('Originals')} />
            <Mosaic pictures={pictures.reconstructed} columns={COLUMNS} alt={t('Reconstructions')} />
            <figcaption>{t('Validation images, and their reconstructions')}</figcaption>
          </figure>
          <figure>
            <Mosaic pictures={pictures.samples} columns={COLUMNS} alt={t('Draws from the prior')} />
            <figcaption>{t('Draws from the prior')}</figcaption>
          </figure>
        </div>
      )}
    </section>
  );
}
