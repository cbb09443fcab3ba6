import { useState } from 'preact/hooks';
import type { Pictures } from '../../../src/domain/pictures';
import type { FilmKind } from '../../../src/protocol/panel';
import type { FilmLoop } from '../film/gif';
import { t } from '../l10n';
import type { RunSession } from '../run-session';
import { Button } from './widgets';

interface SaveFilmProps {
  readonly session: RunSession;
  readonly of: FilmKind;
  readonly title: string;
  readonly loop: FilmLoop;
  /** Makes the frames. */
  readonly frames: () => Promise<Pictures>;
}

/** A button that saves frames as an animated GIF; the host asks for the path and writes the file. */
export function SaveFilm({ session, of, title, loop, frames }: SaveFilmProps) {
  const [saving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    await session.attempt('action', async () => {
      const [pictures, { gifOf }] = await Promise.all([frames(), import('../film/gif')]);
      await session.client.call('saveFilm', { of, gif: gifOf(pictures, loop) });
    });
    setSaving(false);
  };
  return (
    <Button title={title} disabled={saving} onClick={() => void save()}>
      {saving ? t('Making the film…') : t('Save as GIF…')}
    </Button>
  );
}
