import { count, nats } from '../shared/format';
import { imageName } from '../shared/image-key';
import { t } from '../shared/l10n';
import { CardHead } from '../shared/ui/card-head';
import { NearImageList } from '../shared/ui/near-images';
import { Picture } from '../shared/ui/picture';
import { Term } from '../shared/ui/term';
import { Button } from '../shared/ui/widgets';
import { useQuery } from '../shared/use-query';
import { nearImages } from './page-client';
import type { PathEndName } from './page-path';
import { useWebPage } from './parts';

const PICTURE_PIXELS = 148;
const NEAR_PIXELS = 52;
const NEAR_COUNT = 5;

/** The inspector's image: its picture, if the page holds it, what the model makes of it, its bound, and the images nearest to it. */
export function ImagePart() {
  const { session, map } = useWebPage();
  const id = session.inspector.image.value;
  const index = map?.indexOf(id) ?? -1;
  if (map === null || index < 0)
    return (
      <p class="quiet hint">
        {map === null
          ? t('The page has no images.')
          : t('Click an image on the map to see it here, with what the model makes of it.')}
      </p>
    );
  return <ImageCard key={id} id={id} index={index} />;
}

function ImageCard({ id, index }: { readonly id: string; readonly index: number }) {
  const page = useWebPage();
  const { session, pictures, noDecoder } = page;
  const map = page.map!;
  const { label, split } = factsOf(page, index);
  const { elbo, kl } = map.boundOf(index);
  const rank = map.rankOf(index);
  const decoded = useQuery(session, 'reconstruction', id, () => page.decoder.decode(map.meanOf(index), 1));
  const reconstruction = decoded.answer?.question === id ? decoded.answer.answer : null;
  return (
    <article class="card" aria-label={imageName(id)}>
      <CardHead session={session} name={imageName(id)} title={id} />
      <div class="card-pictures">
        {pictures.has(id) && (
          <figure>
            <Picture pictures={pictures.of([id])} alt={t('Original {0}', id)} width={PICTURE_PIXELS} />
            <figcaption>{t('original')}</figcaption>
          </figure>
        )}
        {reconstruction && (
          <figure>
            <Picture
              class="reconstruction"
              pictures={reconstruction}
              alt={t('Reconstruction of {0}', id)}
              width={PICTURE_PIXELS}
            />
            <figcaption>{t('reconstruction')}</figcaption>
          </figure>
        )}
      </div>
      {!pictures.has(id) && <p class="quiet">{t('The page does not hold the picture of this image.')}</p>}
      <dl class="terms">
        {label !== null && <Term name={t('Label')} value={label} />}
        <Term name={t('Split')} value={split} />
        <Term name="ELBO" value={t('{0} nats', nats(elbo))} strong />
        <Term name={t('reconstruction')} value={t('{0} nats', nats(elbo + kl))} />
        <Term name={'\u2212 KL'} value={t('{0} nats', nats(kl))} />
      </dl>
      <p class="quiet" title={t('1 has the highest bound')}>
        {t('Rank {0} of {1} images by ELBO{2}', count(rank.rank), count(rank.of), '')}
      </p>
      {noDecoder.value === '' && <PathButtons id={id} />}
      <Near id={id} index={index} />
    </article>
  );
}

function factsOf({ data, map }: ReturnType<typeof useWebPage>, index: number) {
  const label = data.array('labels', 'int32')?.[index] ?? -1;
  const split = data.required('splits', 'uint8')[index]!;
  return {
    label: label < 0 ? null : (map!.map.labelNames?.[label] ?? null),
    split: [t('training'), t('validation'), t('test')][split]!,
  };
}

/** Makes the image an end of the path. */
function PathButtons({ id }: { readonly id: string }) {
  const { path } = useWebPage();
  const take = (end: PathEndName): void => {
    path.setEnd(end, id);
    path.shown();
  };
  return (
    <div class="buttons">
      <Button onClick={() => take('from')}>{t('Path From Here')}</Button>
      <Button onClick={() => take('to')}>{t('Path To Here')}</Button>
    </div>
  );
}

function Near({ id, index }: { readonly id: string; readonly index: number }) {
  const page = useWebPage();
  const map = page.map!;
  const asked = useQuery(page.session, 'near', id, () => {
    const near = map.near(map.meanOf(index), NEAR_COUNT + 1).filter(({ row }) => row !== index);
    return nearImages(page, map, near.slice(0, NEAR_COUNT));
  });
  if (asked.answer?.question !== id) return <div class="neighbours" />;
  return (
    <div class="neighbours">
      <h4>{t('Nearest by posterior mean')}</h4>
      <NearImageList
        near={asked.answer.answer}
        side={NEAR_PIXELS}
        onChoose={(other) => page.session.inspector.showImage(other)}
      />
    </div>
  );
}
