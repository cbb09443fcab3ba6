import { Keys } from '../keys';
import type { KeyStream } from '../keys';
import type { Screen } from '../screen';

/**
 * The terminal while it is drawn on: its screen and its keys. Gives both back when the process is suspended, and takes them again
 * when it goes on.
 */
export class TerminalSession {
  private readonly keys: Keys | null;
  private readonly offResize: () => void;

  /**
   * @param onKey called with each key but the one that suspends, see `Keys`
   * @param onChange called when everything must be drawn again
   */
  constructor(
    private readonly screen: Screen,
    input: KeyStream | undefined,
    onKey: (name: string) => void,
    private readonly onChange: () => void,
  ) {
    this.keys = Keys.open(input, (name) => {
      // In raw mode the terminal sends no signal. It would send one to all processes of the job, such as `npm exec`.
      if (name === 'ctrl-z') this.suspend(0);
      else onKey(name);
    });
    this.offResize = screen.onResize(() => {
      screen.clear();
      onChange();
    });
    this.listen('on');
    this.take();
  }

  close(): void {
    this.listen('off');
    this.offResize();
    this.keys?.close();
    this.screen.close();
  }

  private listen(how: 'on' | 'off'): void {
    process[how]('SIGCONT', this.take);
    process[how]('SIGTSTP', this.onStop);
  }

  private readonly take = (): void => {
    this.screen.open();
    this.keys?.setRaw(true);
    this.onChange();
  };

  private readonly onStop = (): void => this.suspend(process.pid);

  /** @param target of the signal: this process, or 0 for all processes of its job */
  private suspend(target: number): void {
    if (process.platform === 'win32') return;
    this.keys?.setRaw(false);
    this.screen.close();
    // Without a listener the signal stops the process, here and now; it is ignored where no shell could continue it.
    this.listen('off');
    process.kill(target, 'SIGTSTP');
    this.listen('on');
    this.take();
  }
}
