import type { PictureKind } from '../../src/protocol/panel';
import type { ExplorerClient, ExplorerModel } from './explorer-model';
import { pngBytes } from './pictures';
import { button } from './toolkit';
import type { Button } from './toolkit';
import { t } from './l10n';

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
          await client.call('savePicture', { of, png: await pngBytes(canvas) });
        })
        .finally(() => (node.disabled = false));
    },
  });
  return node;
}
