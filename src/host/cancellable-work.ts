import * as vscode from 'vscode';

/** How far a work is. */
interface Progress {
  readonly text: string;
  readonly done: number;
  /** 0 if it is not known. */
  readonly total: number;
}

/** Works with a notification that shows how far it is and cancels it; null if it was cancelled. @param message what is shown at first */
export function cancellableWork<T>(
  title: string,
  message: string,
  work: (signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<T>,
): Thenable<T | null> {
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  return vscode.window.withProgress(options, async (notification, token) => {
    const cancel = new AbortController();
    const listener = token.onCancellationRequested(() => cancel.abort());
    if (message !== '') notification.report({ message });
    let percent = 0;
    try {
      return await work(cancel.signal, ({ text, done, total }) => {
        const now = total === 0 ? 0 : (100 * done) / total;
        notification.report({ message: text, increment: Math.max(0, now - percent) });
        percent = Math.max(percent, now);
      });
    } catch (error) {
      if (cancel.signal.aborted) return null;
      throw error;
    } finally {
      listener.dispose();
    }
  });
}
