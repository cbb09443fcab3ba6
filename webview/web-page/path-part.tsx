import { useLayoutEffect } from 'preact/hooks';
import type { PathKind } from '../../src/protocol/panel';
import { useDecoded } from '../shared/decoded';
import { coordinate } from '../shared/format';
import { imageName } from '../shared/image-key';
import { t } from '../shared/l10n';
import { FrameStrip } from '../shared/ui/frame-strip';
import { ErrorText } from '../shared/ui/notice';
import { Picture } from '../shared/ui/picture';
import { Button, RadioGroup } from '../shared/ui/widgets';
import { useQuery } from '../shared/use-query';
import { NoDecoder } from './no-decoder';
import { pointOn } from './page-path';
import { useWebPage } from './parts';

/** Frames of the strip. */
const FRAMES = 13;
const END_PIXELS = 96;
const KINDS = [
  { value: 'linear', label: t('Linear') },
  { value: 'spherical', label: t('Spherical') },
] as const satisfies readonly { value: PathKind; label: string }[];

/** A path between two images, or along a line on the map: its pictures, and a slider along it. */
export function PathPart() {
  const { noDecoder, map, path } = useWebPage();
  if (noDecoder.value !== '') return <NoDecoder />;
  if (map === null)
    return <p class="quiet hint">{t('A path lies between two images, and the page has none.')}</p>;
  const { from, to } = path.ends.value;
  const line = path.line.value;
  const waypoints =
    line ?? [map.indexOf(from), map.indexOf(to)].filter((i) => i >= 0).map((i) => map.meanOf(i));
  return (
    <section class="page-path" aria-label={t('Path')}>
      {line === null ? (
        <Ends />
      ) : (
        <p>
          {t('Under a line on the map.')}{' '}
          <Button onClick={() => (path.line.value = null)}>{t('Path Between Two Images')}</Button>
        </p>
      )}
      {waypoints.length < 2 ? (
        <p class="quiet">{t('Choose two images on the map, with Path From Here and Path To Here.')}</p>
      ) : (
        <Frames waypoints={waypoints} />
      )}
    </section>
  );
}

function Ends() {
  const { path, session, pictures } = useWebPage();
  const ends = path.ends.value;
  return (
    <div class="page-ends">
      {(['from', 'to'] as const).map((end) => {
        const id = ends[end];
        const title = end === 'from' ? t('From') : t('To');
        return (
          <figure key={end}>
            {pictures.has(id) && <Picture pictures={pictures.of([id])} alt={id} width={END_PIXELS} />}
            <figcaption>
              {`${title}: `}
              {id !== '' && (
                <button type="button" class="link" onClick={() => session.inspector.showImage(id)}>
                  {imageName(id)}
                </button>
              )}
            </figcaption>
          </figure>
        );
      })}
      <Button onClick={() => path.swap()}>{t('Swap Ends')}</Button>
    </div>
  );
}

function Frames({ waypoints }: { readonly waypoints: readonly Float32Array[] }) {
  const { session, decoder, path } = useWebPage();
  const kind = path.kind.value;
  const place = path.place.value;
  const question = { kind, waypoints: waypoints.map((point) => Array.from(point)) };
  const asked = useQuery(session, 'path', question, () => {
    const points = Array.from({ length: FRAMES }, (_, i) => pointOn(waypoints, i / (FRAMES - 1), kind));
    return decoder.decode(Float32Array.from(points.flatMap((point) => [...point])), FRAMES);
  });
  const { picture, trouble, decode } = useDecoded(session, 'path', null);
  const key = JSON.stringify(question);
  useLayoutEffect(() => decode(pointOn(waypoints, place, kind)), [key, place]);
  const places = Array.from({ length: FRAMES }, (_, i) => i / (FRAMES - 1));
  return (
    <>
      <RadioGroup
        label={t('Kind of path')}
        choices={KINDS}
        value={kind}
        onChange={(chosen) => (path.kind.value = chosen)}
      />
      <ErrorText text={asked.trouble || trouble} />
      <div class="page-point">
        {picture && <Picture class="big" pictures={picture} alt={t('Decoded at t {0}', place.toFixed(2))} />}
      </div>
      <div class="slide">
        <input
          type="range"
          min={0}
          max={1}
          step={0.01}
          aria-label={t('Place on the path, t')}
          value={place}
          onInput={({ currentTarget }) => (path.place.value = Number(currentTarget.value))}
        />
        <output class="place">{coordinate(place)}</output>
      </div>
      {asked.answer && (
        <FrameStrip
          pictures={asked.answer.answer}
          titles={places.map((at) => `t ${at.toFixed(2)}`)}
          label={t('{0} pictures along the path', FRAMES)}
          marked={Math.round(place * (FRAMES - 1))}
          onChoose={(i) => (path.place.value = places[i]!)}
        />
      )}
    </>
  );
}
