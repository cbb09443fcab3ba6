import { useState } from 'preact/hooks';
import type { PictureKind } from '../../../src/protocol/panel';
import { t } from '../l10n';
import { pngBytes } from '../pictures';
import type { RunSession } from '../run-session';
import { Button } from './widgets';

interface SavePictureProps {
  readonly session: RunSession;
  readonly of: PictureKind;
  /** Paints what is saved. */
  readonly draw: (canvas: HTMLCanvasElement) => void;
}

/** A button that saves a drawing at its own resolution as PNG; the host asks for the path and writes the file. */
export function SavePicture({ session, of, draw }: SavePictureProps) {
  const [saving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    await session.attempt('action', async () => {
      const canvas = document.createElement('canvas');
      draw(canvas);
      await session.client.call('savePicture', { of, png: await pngBytes(canvas) });
    });
    setSaving(false);
  };
  return (
    <Button disabled={saving} onClick={() => void save()}>
      {t('Save as PNG…')}
    </Button>
  );
}
