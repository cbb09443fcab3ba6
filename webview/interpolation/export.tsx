import { useEffect, useState } from 'preact/hooks';
import type { ComponentChildren } from 'preact';
import type { LatentGrid, LatentPath } from '../../src/protocol/latent';
import type { InterpolationRequest, SavedFile } from '../../src/protocol/panel';
import { element } from '../shared/element';
import { gifOf } from '../shared/film/gif';
import { videoFormat } from '../shared/film/codec';
import { videoOf } from '../shared/film/video';
import { t } from '../shared/l10n';
import { imageOf, paintMosaic, pngBytes } from '../shared/pictures';
import { Button } from '../shared/ui/widgets';
import type { PathModel } from './path-model';

/** Gap between and around pictures, in pixels. */
const GAP_PIXELS = 2;

interface ExportProps {
  readonly model: PathModel;
  readonly request: InterpolationRequest;
}

/** Buttons that save the path in the folder of its run, and where the last one has put it. */
export function ExportButtons({ model, request: { path } }: ExportProps) {
  const { client } = model;
  const grid = model.isGrid.value ? model.grid.value : null;
  const kind = model.kind.value;
  const [video, setVideo] = useState<Awaited<ReturnType<typeof videoFormat>>>(null);
  useEffect(() => void videoFormat().then(setVideo), []);
  return (
    <>
      <div class="buttons export" role="group" aria-label={t('Save in the folder of the run')}>
        <span class="quiet" aria-hidden="true">
          {t('Save as')}
        </span>
        <SaveButton
          model={model}
          title={t('Both paths in two rows, or the grid, as a picture')}
          save={async () =>
            client.call('savePicture', {
              name: grid ? 'path-grid' : 'path-strip',
              format: 'png',
              bytes: await pngBytes(grid ? gridCanvas(grid) : stripCanvas(path)),
            })
          }
        >
          PNG
        </SaveButton>
        <SaveButton
          model={model}
          title={t('The chosen path there and back as a film')}
          save={async () => {
            const bytes = gifOf(await client.call('film', { kind }));
            return client.call('savePicture', { name: 'path', format: 'gif', bytes });
          }}
        >
          GIF
        </SaveButton>
        {video !== null && (
          <SaveButton
            model={model}
            title={t('The chosen path there and back as a video')}
            save={async () => {
              const film = await videoOf(await client.call('film', { kind }), 'back');
              return client.call('savePicture', { name: 'path', ...film });
            }}
          >
            {video === 'mp4' ? 'MP4' : 'WebM'}
          </SaveButton>
        )}
        <SaveButton
          model={model}
          title={t('Points, densities and nearest images of the chosen path')}
          save={() => client.call('savePoints', { kind, format: 'json' })}
        >
          JSON
        </SaveButton>
        <SaveButton
          model={model}
          title={t('Points of the chosen path, frames × latent dimensions, for NumPy')}
          save={() => client.call('savePoints', { kind, format: 'npy' })}
        >
          npy
        </SaveButton>
      </div>
      <Saved model={model} />
    </>
  );
}

interface SaveButtonProps {
  readonly model: PathModel;
  readonly title: string;
  readonly save: () => Promise<SavedFile>;
  readonly children: ComponentChildren;
}

function SaveButton({ model, title, save, children }: SaveButtonProps) {
  const [isSaving, setSaving] = useState(false);
  const act = async (): Promise<void> => {
    setSaving(true);
    model.saved.value = null;
    await model.attempt(async () => (model.saved.value = await save()));
    setSaving(false);
  };
  return (
    <Button title={title} disabled={isSaving} onClick={() => void act()}>
      {children}
    </Button>
  );
}

/** Says where the last file is. */
function Saved({ model }: { readonly model: PathModel }) {
  const saved = model.saved.value;
  const ask = (method: 'revealSaved' | 'copySaved'): void =>
    void model.attempt(() => model.client.call(method, {}));
  return (
    <div class="saved" role="status">
      {saved && (
        <>
          <p class="saved-path">{t('Saved: {0}', saved.path)}</p>
          <div class="buttons">
            <Button onClick={() => ask('revealSaved')}>{t('Show in Folder')}</Button>
            <Button onClick={() => ask('copySaved')}>{t('Save a Copy…')}</Button>
          </div>
        </>
      )}
    </div>
  );
}

function gridCanvas({ pictures, side }: LatentGrid): HTMLCanvasElement {
  const canvas = element('canvas');
  paintMosaic(canvas, pictures, side);
  return canvas;
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
