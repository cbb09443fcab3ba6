import { useEffect } from 'preact/hooks';
import type { SnapshotView } from '../../src/protocol/time';
import type { Time } from './time';

/** What the snapshot that is shown makes of images and points, asked for while the component is; null for the newest weights. */
export function useTimeView(time: Time): SnapshotView | null {
  useEffect(() => time.watch(), [time]);
  return time.view.value;
}
