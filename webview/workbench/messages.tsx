import type { RunView, TabId } from '../../src/protocol/panel';
import type { RunSession } from '../shared/run-session';
import { Later } from '../shared/ui/later';
import { Notice } from '../shared/ui/notice';
import { Busy, Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import { messageOf, phaseOf } from './phase';

interface MessagesProps {
  readonly session: RunSession;
  /** What a command is doing; empty for nothing. */
  readonly working: string;
  /** In front. */
  readonly tab: TabId;
}

/** What the run's state asks to be said, what is waited for, and what failed. */
export function Messages({ session, working, tab }: MessagesProps) {
  return (
    <div class="messages">
      {session.troubles.map((text) => (
        <Trouble
          key={text}
          text={text}
          onRetry={() => session.retry()}
          onLog={() => void session.ask('showLog')}
        />
      ))}
      {working !== '' && (
        <Later key={working}>
          <Busy>{working}</Busy>
        </Later>
      )}
      {session.run.mayOpenModels === false && session.run.live === null && (
        <Notice
          kind="warning"
          text={t(
            'This workspace is not trusted: figures can be viewed, but nothing is trained and no model is opened.',
          )}
        />
      )}
      <PhaseNotice run={session.run} tab={tab} />
    </div>
  );
}

interface TroubleProps {
  readonly text: string;
  readonly onRetry: () => void;
  readonly onLog: () => void;
}

export function Trouble({ text, onRetry, onLog }: TroubleProps) {
  return (
    <Notice kind="error" text={text}>
      <div class="buttons">
        <Button onClick={onRetry}>{t('Try Again')}</Button>
        <Button onClick={onLog}>{t('Show Log')}</Button>
      </div>
    </Notice>
  );
}

/** Nothing if a run simply trains or has ended: how it ended is said of its state, in the header. */
function PhaseNotice({ run, tab }: { readonly run: RunView; readonly tab: TabId }) {
  const message = messageOf(run);
  switch (phaseOf(run)) {
    case 'preparing':
      return <Busy>{message || t('Preparing…')}</Busy>;
    case 'waiting':
      return <Busy>{message || t('Waiting for the engine…')}</Busy>;
    case 'stopping':
      return <Busy>{message || t('Writing the last checkpoint…')}</Busy>;
    case 'failed':
      return (
        <Notice kind="error" title={t('Training failed.')} text={message || t('See the log for details.')} />
      );
    case 'interrupted':
      return (
        <Notice
          kind="warning"
          title={t('The engine ended before training did.')}
          text={message || t('Everything up to the last checkpoint is kept. Resume to continue from there.')}
        />
      );
    case 'paused':
      return message === '' ? null : <Notice kind="info" text={message} />;
    // What was noticed as training began, such as skipped files, is also among the facts of the run.
    case 'training':
      return message === '' || tab !== 'train' ? null : <Notice kind="info" text={message} />;
    case 'finished':
    case 'stopped':
      return null;
  }
}
