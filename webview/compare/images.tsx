import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ComparedImage, RunToCompare } from '../../src/protocol/compare';
import { dimensionOrder, posteriorChart } from '../shared/charts/posterior';
import { count, nats } from '../shared/format';
import { Mount } from '../shared/ui/mount';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { useSeen } from '../shared/ui/use-seen';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { ImagesOfRuns } from './images-of-runs';
import type { Encoded } from './images-of-runs';
import type { CompareModel } from './model';

interface PartProps {
  readonly model: CompareModel;
  readonly images: ImagesOfRuns;
}

/** The same images under each run: their reconstructions, and the posterior and bound of the chosen image. */
export function CompareImages({ model }: { readonly model: CompareModel }) {
  const place = useRef<HTMLElement>(null);
  const seen = useSeen(place);
  const images = useMemo(() => new ImagesOfRuns(model), [model]);
  const { state } = model;
  const { page } = state.value;
  const question = JSON.stringify([model.key.value, page]);
  // Each view of the runs is a chance to ask again what failed.
  useEffect(() => {
    if (seen) images.pull(question);
  }, [seen, images, question, model.view]);
  const total = images.total.value;
  return (
    <section ref={place} class="compare-images" aria-label={t('Images')}>
      <div class="section-head">
        <h2>{t('Images')}</h2>
        {total !== null && (
          <span class="quiet">
            {t('{0} images of the first run; choose one to see its posterior', count(total))}
          </span>
        )}
        <div class="switches">
          <Button onClick={() => state.update({ page: page + 1, chosen: '' })}>{t('Other Images')}</Button>
        </div>
      </div>
      <ErrorText text={images.trouble.value} />
      <div class="image-grid" role="group" aria-label={t('Images under each run')}>
        <Originals model={model} images={images} />
        {model.runs.map((run) => (
          <Reconstructed key={run.uri} model={model} images={images} run={run} />
        ))}
      </div>
      <Detail model={model} images={images} />
    </section>
  );
}

function Originals({ model, images }: PartProps) {
  // Taken from any run; runs may differ in image size or binarisation.
  const any = model.runs.map(({ uri }) => images.cards.of(uri)).find((cards) => cards !== undefined);
  return <Row model={model} ids={images.ids.value} name={t('Original')} cards={any} of="original" />;
}

function Reconstructed({ model, images, run }: PartProps & { readonly run: RunToCompare }) {
  const cards = images.cards.of(run.uri);
  const trouble = images.cards.trouble(run.uri);
  const said = trouble !== '' ? trouble : cards === undefined ? t('Opening the model…') : '';
  const ids = images.ids.value;
  return <Row model={model} ids={ids} name={model.name(run)} cards={cards} of="reconstructed" said={said} />;
}

interface RowProps {
  readonly model: CompareModel;
  readonly ids: readonly string[];
  readonly name: string;
  readonly cards: readonly Encoded[] | undefined;
  readonly of: 'original' | 'reconstructed';
  /** Shown instead of the pictures, unless empty. */
  readonly said?: string;
}

function Row({ model, ids, name, cards, of, said = '' }: RowProps) {
  const { state } = model;
  const { chosen } = state.value;
  return (
    <div class="image-row">
      <h3>{name}</h3>
      {said !== '' ? (
        <p class="quiet">{said}</p>
      ) : (
        <div class="image-cells">
          {ids.map((id, i) => {
            const card = cards?.[i];
            return (
              <button
                key={id}
                type="button"
                class="image-cell"
                data-id={id}
                title={id}
                aria-label={`${name}, ${id}`}
                aria-pressed={id === chosen}
                onClick={() => state.update({ chosen: id === chosen ? '' : id })}
              >
                {card && !('error' in card) && <Picture pictures={card[of]} alt="" />}
              </button>
            );
          })}
        </div>
      )}
    </div>
  );
}

/** Bound and posterior of the chosen image under each run. */
function Detail({ model, images }: PartProps) {
  const { chosen } = model.state.value;
  const index = images.ids.value.indexOf(chosen);
  const shown = model.runs.flatMap((run) => {
    const card = index < 0 ? undefined : images.cards.of(run.uri)?.[index];
    return card === undefined ? [] : [{ run, card }];
  });
  return (
    <div class="image-detail" aria-live="polite">
      {shown.length > 0 && <p class="image-id">{chosen}</p>}
      <div class="image-blocks">
        {shown.map(({ run, card }) => (
          <div key={run.uri} class="image-block">
            <h3 title={run.name}>{model.name(run)}</h3>
            {'error' in card ? <p class="error-text">{card.error}</p> : <Bound card={card} />}
          </div>
        ))}
      </div>
    </div>
  );
}

function Bound({ card }: { readonly card: ComparedImage }) {
  const chart = useMemo(
    () => posteriorChart(card, dimensionOrder(card.klPerDimension, true), t('dimensions by falling KL')),
    [card],
  );
  return (
    <div>
      <dl class="terms">
        <div class="strong">
          <dt>ELBO</dt>
          <dd>{nats(card.elbo)}</dd>
        </div>
        <div>
          <dt>{t('reconstruction')}</dt>
          <dd>{nats(card.reconstruction)}</dd>
        </div>
        <div>
          <dt>{t('\u2212 KL')}</dt>
          <dd>{nats(card.kl)}</dd>
        </div>
      </dl>
      <Mount node={chart} />
    </div>
  );
}
