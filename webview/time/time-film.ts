import type { Pictures } from '../../src/domain/pictures';
import { filmFrames } from '../shared/film/frames';
import type { RunSession } from '../shared/run-session';
import { columnsOf } from '../shared/snapshot-store';
import { t } from '../shared/l10n';

/** Makes the frames of a film: what the decoder makes of the same points at each snapshot. @throws Error if a snapshot is gone */
export async function timeFrames({ time, run }: RunSession): Promise<Pictures> {
  const views: Pictures[] = [];
  for (const step of time.steps.peek()) {
    const view = await time.viewAt(step);
    if (view === null) throw new Error(t('No model is available for it now.'));
    views.push(view.pictures);
  }
  const tiles = views[0]!.count;
  return filmFrames(views.length, tiles, columnsOf(run.latent), (frame, index) => ({
    pictures: views[frame]!,
    index,
  }));
}
