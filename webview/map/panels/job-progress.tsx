import { t } from '../../shared/l10n';
import { Button } from '../../shared/ui/widgets';

interface JobProgressProps {
  /** Images done, of how many; a total of 0 while that is not known. Null if no job is under way. */
  readonly job: { readonly done: number; readonly total: number } | null;
  /** Of the bar. */
  readonly label: string;
  readonly text: (done: number, total: number) => string;
  readonly onCancel: () => void;
}

/** How far a job over all images is, and a way to cancel it; nothing if none is under way. */
export function JobProgress({ job, label, text, onCancel }: JobProgressProps) {
  if (job === null) return null;
  const { done, total } = job;
  return (
    <div class="map-job" role="status">
      <progress aria-label={label} max={Math.max(1, total)} value={total === 0 ? undefined : done} />
      <span class="quiet">{total === 0 ? t('Reading images…') : text(done, total)}</span>
      <Button onClick={onCancel}>{t('Cancel')}</Button>
    </div>
  );
}
