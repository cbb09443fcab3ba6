import type { InterpolationRequest } from '../../src/protocol/panel';
import { t } from '../shared/l10n';
import { Picture } from '../shared/ui/picture';
import { Button } from '../shared/ui/widgets';
import type { PathModel } from './path-model';

interface WaypointsProps {
  readonly model: PathModel;
  readonly request: InterpolationRequest;
}

/** The list of the path's waypoints, with buttons to add, reorder and remove them. */
export function Waypoints({ model, request: { names, note, path } }: WaypointsProps) {
  const all = names.map((_, i) => i);
  /** Reorders or removes waypoints; `order` lists the indices that remain. */
  const arrange = (order: readonly number[]): void =>
    void model.attempt(() => model.client.call('arrange', { order: [...order] }));
  const swapped = (i: number, other: number): number[] =>
    all.map((k) => (k === i ? other : k === other ? i : k));
  return (
    <div class="waypoints-box">
      <ol class="waypoints" aria-label={t('Waypoints')}>
        {names.map((name, i) => (
          <li key={i}>
            <Picture pictures={path.linear.pictures} index={path.at[i]} alt="" />
            <button type="button" class="waypoint-name" title={name} onClick={() => model.go(i)}>
              {name}
            </button>
            <SmallButton
              {...{ label: '\u2191', title: t('Move up'), name, disabled: i === 0 }}
              onClick={() => arrange(swapped(i, i - 1))}
            />
            <SmallButton
              {...{ label: '\u2193', title: t('Move down'), name, disabled: i === names.length - 1 }}
              onClick={() => arrange(swapped(i, i + 1))}
            />
            <SmallButton
              {...{ label: '\u00d7', title: t('Remove'), name, disabled: names.length <= 2 }}
              onClick={() => arrange(all.filter((k) => k !== i))}
            />
          </li>
        ))}
      </ol>
      {note !== '' && <p class="quiet">{note}</p>}
      <div class="buttons">
        <Button
          title={t('Adds a waypoint at the end')}
          onClick={() => void model.attempt(() => model.client.call('add', {}))}
        >
          {t('Add Image…')}
        </Button>
        <Button onClick={() => arrange(all.toReversed())}>{t('Reverse')}</Button>
      </div>
    </div>
  );
}

interface SmallButtonProps {
  readonly label: string;
  readonly title: string;
  /** Of the waypoint. */
  readonly name: string;
  readonly disabled: boolean;
  readonly onClick: () => void;
}

function SmallButton({ label, title, name, disabled, onClick }: SmallButtonProps) {
  return (
    <button
      type="button"
      class="small"
      title={title}
      aria-label={`${title}: ${name}`}
      disabled={disabled}
      onClick={onClick}
    >
      {label}
    </button>
  );
}
