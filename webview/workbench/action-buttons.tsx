import { useState } from 'preact/hooks';
import type { RunSession } from '../shared/run-session';
import { Button } from '../shared/ui/widgets';
import { t } from '../shared/l10n';
import type { Action } from './phase';

interface ActionButtonsProps {
  readonly session: RunSession;
  readonly actions: readonly Action[];
}

/** The buttons of the run's state; a pressed one is disabled until the host has answered. */
export function ActionButtons({ session, actions }: ActionButtonsProps) {
  const [asked, setAsked] = useState<string | null>(null);
  return (
    <div class="buttons" role="group" aria-label={t('Training')}>
      {actions.map((action) => (
        <Button
          key={action.label}
          primary={action.primary ?? false}
          disabled={asked === action.label}
          onClick={() => {
            setAsked(action.label);
            void perform(session, action).finally(() => setAsked(null));
          }}
        >
          {action.label}
        </Button>
      ))}
    </div>
  );
}

export const perform = (session: RunSession, { intent, learningRate }: Action): Promise<void> =>
  session.ask(intent, learningRate === undefined ? {} : { learningRate });
