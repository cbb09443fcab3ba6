import { useState } from 'preact/hooks';
import type { Pictures } from '../../../src/domain/pictures';
import type { FilmFormat, FilmKind } from '../../../src/protocol/panel';
import type { FilmFile } from '../../../src/protocol/schemas/files';
import { videoFormat } from '../film/codec';
import type { FilmLoop } from '../film/order';
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

async function filmOf(pictures: Pictures, loop: FilmLoop, format: FilmFormat): Promise<FilmFile> {
  if (format !== 'gif') return (await import('../film/video')).videoOf(pictures, loop);
  return { format, bytes: (await import('../film/gif')).gifOf(pictures, loop) };
}

/** A button that saves frames as a video or an animated GIF; the host asks for format and path and writes the file. */
export function SaveFilm({ session, of, title, loop, frames }: SaveFilmProps) {
  const [saving, setSaving] = useState(false);
  const save = async (): Promise<void> => {
    setSaving(true);
    await session.attempt('action', async () => {
      const video = await videoFormat();
      const formats: FilmFormat[] = video === null ? ['gif'] : [video, 'gif'];
      const format = await session.client.call('askFilmFormat', { formats });
      if (format === null) return;
      await session.client.call('saveFilm', { of, file: await filmOf(await frames(), loop, format) });
    });
    setSaving(false);
  };
  return (
    <Button title={title} disabled={saving} onClick={() => void save()}>
      {saving ? t('Making the film…') : t('Save Film…')}
    </Button>
  );
}
