import type { NearImages } from '../../../src/protocol/latent';
import { coordinate } from '../format';
import { imageName } from '../image-key';
import { t } from '../l10n';
import { Picture } from './picture';

interface NearImageListProps {
  readonly near: NearImages;
  /** Side of a thumbnail that is aimed at, in px. */
  readonly side: number;
  readonly onChoose: (id: string) => void;
}

/** The nearest images: a thumbnail each that shows its image, with the distance. */
export function NearImageList({ near, side, onChoose }: NearImageListProps) {
  const { ids, distances, pictures, areReconstructions = false } = near;
  return (
    <>
      <ul class="near-images">
        {ids.map((id, i) => {
          const distance = coordinate(distances[i]!);
          const label = t('Show {0}, distance {1}', id, distance);
          return (
            <li key={id}>
              <button
                type="button"
                class="near-image"
                title={label}
                aria-label={label}
                onClick={() => onChoose(id)}
              >
                {pictures === null ? (
                  imageName(id)
                ) : (
                  <Picture pictures={pictures} index={i} alt="" width={side} />
                )}
              </button>
              <span class="quiet">{distance}</span>
            </li>
          );
        })}
      </ul>
      {areReconstructions && (
        <p class="quiet">
          {t('Reconstructions by the model; the page does not hold the original pictures.')}
        </p>
      )}
    </>
  );
}
