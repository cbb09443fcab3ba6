import type { PathKind } from '../../src/protocol/panel';
import type { LatentPath } from '../../src/protocol/latent';
import { element } from '../shared/element';
import { imageOf, pngBytes } from '../shared/pictures';
import { button } from '../shared/toolkit';
import { gifOf } from './gif';
import { t } from '../shared/l10n';
import type { InterpolationClient } from './client';

export interface Shown {
  readonly path: LatentPath;
  readonly kind: PathKind;
  /** Canvas of the grid; null while the path is shown. */
  readonly grid: HTMLCanvasElement | null;
}

/** Gap between and around pictures, in pixels. */
const GAP_PIXELS = 2;

/** Creates the export buttons; the host asks for each path and writes the file. */
export function exportButtons(
  client: InterpolationClient,
  shown: () => Shown | null,
  attempt: (work: () => Promise<unknown>) => Promise<void>,
): HTMLElement {
  const does = (label: string, title: string, work: (what: Shown) => Promise<unknown>): HTMLElement => {
    const node = button({
      label,
      title,
      onClick: () => {
        const what = shown();
        if (what === null) return;
        node.disabled = true;
        void attempt(() => work(what)).finally(() => (node.disabled = false));
      },
    });
    return node;
  };
  return element(
    'div',
    { class: 'buttons export', role: 'group', 'aria-label': t('Export') },
    does(t('PNG…'), t('Both paths in two rows, or the grid, as a picture'), async ({ path, grid }) => {
      const bytes = await pngBytes(grid ?? stripCanvas(path));
      return client.call('savePicture', { name: grid ? 'path-grid' : 'path-strip', format: 'png', bytes });
    }),
    does(t('GIF…'), t('The chosen path there and back as a film'), async ({ kind }) => {
      const bytes = gifOf(await client.call('film', { kind }));
      return client.call('savePicture', { name: 'path', format: 'gif', bytes });
    }),
    does(t('JSON…'), t('Points, densities and nearest images of the chosen path'), ({ kind }) =>
      client.call('savePoints', { kind, format: 'json' }),
    ),
    does(t('npy…'), t('Points of the chosen path, frames × latent dimensions, for NumPy'), ({ kind }) =>
      client.call('savePoints', { kind, format: 'npy' }),
    ),
  );
}

/** Draws the linear path above the spherical path, without scaling. */
function stripCanvas({ linear, spherical }: LatentPath): HTMLCanvasElement {
  const { width, height, count } = linear.pictures;
  const canvas = element('canvas', {
    width: count * (width + GAP_PIXELS) + GAP_PIXELS,
    height: 2 * (height + GAP_PIXELS) + GAP_PIXELS,
  });
  const context = canvas.getContext('2d');
  if (context === null) return canvas;
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  [linear, spherical].forEach(({ pictures }, row) => {
    for (let i = 0; i < count; i++)
      context.putImageData(
        imageOf(pictures, i),
        GAP_PIXELS + i * (width + GAP_PIXELS),
        GAP_PIXELS + row * (height + GAP_PIXELS),
      );
  });
  return canvas;
}
