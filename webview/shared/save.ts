import type { PictureKind } from '../../src/protocol/panel';
import type { ExplorerClient, RunSession } from './run-session';
import { pngBytes } from './pictures';
import { button } from './toolkit';
import type { Button } from './toolkit';
import { t } from './l10n';

/** Creates a button that saves a canvas at its own resolution as PNG; the host asks for the path and writes the file. */
export function saveButton(
  model: RunSession,
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
