import type { ComponentChildren } from 'preact';
import { count, images, nats } from '../shared/format';
import { t } from '../shared/l10n';
import { useWebPage } from './parts';

/** What the run is, and what of it the page holds. */
export function FactsPart() {
  const { data } = useWebPage();
  const { facts } = data;
  const { run, model, step, product, rows } = facts;
  const best = rows.reduce<number | null>(
    (highest, row) =>
      row.type === 'validation' && (highest === null || row.elbo > highest) ? row.elbo : highest,
    null,
  );
  const { convolution, encoderHidden, decoderHidden, likelihood, activation, latent } = model;
  return (
    <section class="page-facts" aria-label={t('Facts')}>
      <dl class="facts">
        <Fact name={t('Run')}>{run.name}</Fact>
        {run.tags.length > 0 && <Fact name={t('Tags')}>{run.tags.join(', ')}</Fact>}
        {run.notes !== '' && <Fact name={t('Notes')}>{run.notes}</Fact>}
        <Fact name={t('Dataset')}>{run.dataset}</Fact>
        <Fact name={t('Latent dimensions')}>{count(latent)}</Fact>
        {convolution && <Fact name={t('Filters of the convolutions')}>{convolution.filters.join(', ')}</Fact>}
        <Fact name={t('Hidden units')}>
          {t('encoder {0}; decoder {1}', encoderHidden.join(', ') || '–', decoderHidden.join(', ') || '–')}
        </Fact>
        <Fact name={t('Activation')}>{activation}</Fact>
        <Fact name={t('Likelihood')}>{`${likelihood} (${run.boundLabel})`}</Fact>
        <Fact name={t('Trained with')}>{product}</Fact>
        <Fact name={t('Training step')}>{count(step)}</Fact>
        {best !== null && (
          <Fact name={t('Best validation bound')}>{t('{0} nats per datapoint', nats(best))}</Fact>
        )}
      </dl>
      <h2>{t('What this page holds')}</h2>
      <Held />
      <p class="quiet">
        {t('Made by Latent Explorer. The page loads nothing, sends nothing and keeps nothing.')}
      </p>
    </section>
  );
}

/** What whoever has the page has of the run and of its dataset. */
function Held() {
  const { data, map, pictures } = useWebPage();
  const { decoderTooLarge, fileNames, width, height } = data.facts;
  return (
    <ul class="page-held">
      <li>
        {decoderTooLarge === null
          ? t('The weights of the decoder, by which points are decoded here')
          : t('No weights: the decoder is too large for a page')}
      </li>
      <li>
        {map === null ? t('No places of images') : t('The places and bounds of {0}', images(map.map.count))}
      </li>
      <li>
        {pictures.ids.size === 0
          ? t('No pictures of images')
          : t('Pictures of {0}, {1} × {2} pixels each', images(pictures.ids.size), width, height)}
      </li>
      {map !== null && (
        <>
          <li>{map.map.labelNames === null ? t('No labels') : t('The labels of the images')}</li>
          <li>{fileNames ? t('The names of the images’ files') : t('No names of files')}</li>
          {map.map.tags.length > 0 && <li>{t('Tags of images')}</li>}
        </>
      )}
      <li>{t('The curve, the settings of the model, and the name, notes and tags of the run')}</li>
    </ul>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
