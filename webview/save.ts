import type { PictureKind } from '../src/protocol/panel';
import type { ExplorerClient, ExplorerModel } from './explorer/model';
import { button, type Button } from './toolkit';
import { t } from './l10n';

const pngOf = (canvas: HTMLCanvasElement): Promise<Blob | null> =>
  new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));

/** Saves what a canvas shows, pixel by pixel, where the person says; the host asks and writes. */
export function saveButton(
  model: ExplorerModel,
  client: ExplorerClient,
  of: PictureKind,
  draw: () => HTMLCanvasElement | null,
): Button {
  const node = button({
    label: t('Save as PNG…'),
    onClick: () => {
      const canvas = draw();
      if (canvas === null) return;
      node.disabled = true;
      void model
        .attempt('action', async () => {
          const blob = await pngOf(canvas);
          if (blob === null) throw new Error('the picture is too large to be written as one file');
          await client.call('savePicture', { of, png: new Uint8Array(await blob.arrayBuffer()) });
        })
        .finally(() => (node.disabled = false));
    },
  });
  return node;
}
