import { formatSize } from '../../download/dataset';
import type { DownloadEvent } from '../../download/download';
import type { Translate } from '../format';

/** Converts byte counts to reports of a progress notification, whose bar never moves back, even if a file is restarted. */
export class DownloadProgress {
  private reached = 0;

  constructor(private readonly t: Translate) {}

  next({ file, received, total }: DownloadEvent & { readonly type: 'progress' }): {
    readonly message: string;
    readonly increment: number;
  } {
    const now = Math.max(this.reached, (100 * received) / total);
    const increment = now - this.reached;
    this.reached = now;
    return { message: this.t('{0} of {1}, {2}', formatSize(received), formatSize(total), file), increment };
  }
}

/** Returns an event as a line for the log; null for progress. */
export function downloadLine(event: DownloadEvent): string | null {
  switch (event.type) {
    case 'file':
      return `${event.file} from ${event.host}`;
    case 'redirect':
      return `${event.file}: redirected to ${event.host}`;
    case 'failure':
      return `${event.file}: ${event.host} ${event.reason}`;
    case 'progress':
      return null;
    default:
      return event satisfies never;
  }
}
