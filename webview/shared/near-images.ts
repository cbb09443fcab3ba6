import type { NearImages } from '../../src/protocol/latent';
import { element, shownText } from './element';
import { coordinate } from './format';
import { displayWidth, pictureCanvas } from './pictures';
import { t } from './l10n';

/** Builds a list of the nearest images: a thumbnail button each, with the distance. */
export function nearThumbnails(
  { ids, distances, pictures }: NearImages,
  side: number,
  act: string,
  onChoose: (index: number) => void,
): HTMLElement {
  const items = ids.map((id, i) => {
    const distance = coordinate(distances[i]!);
    const label = t('{0} {1}, distance {2}', act, id, distance);
    const node = element('button', {
      type: 'button',
      class: 'near-image',
      title: label,
      'aria-label': label,
    });
    if (pictures === null) node.append(shownText(id.split('/').at(-1)!));
    else {
      const canvas = pictureCanvas(pictures, i, '');
      canvas.setAttribute('aria-hidden', 'true');
      canvas.style.width = `${displayWidth(pictures, side)}px`;
      node.append(canvas);
    }
    node.addEventListener('click', () => onChoose(i));
    return element('li', {}, node, element('span', { class: 'quiet' }, distance));
  });
  return element('ul', { class: 'near-images' }, ...items);
}
