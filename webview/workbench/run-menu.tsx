import type { RunAction } from '../../src/protocol/panel';
import type { RunSession } from '../shared/run-session';
import { Menu } from '../shared/ui/menu';
import { t } from '../shared/l10n';
import { perform } from './action-buttons';
import type { Action } from './phase';

interface RunMenuProps {
  readonly session: RunSession;
  /** Actions of the run's state, where they have no buttons of their own. */
  readonly actions: readonly Action[];
}

/** What else can be done with the run. */
export function RunMenu({ session, actions }: RunMenuProps) {
  const action = (label: string, of: RunAction) => ({ label, act: () => void session.act(of) });
  const items = [
    ...actions.map((action) => ({ label: action.label, act: () => void perform(session, action) })),
    {
      label: t('Evaluate'),
      disabled: !session.isExplorable.value,
      act: () => {
        session.go('train');
        void session.evaluator.start();
      },
    },
    action(t('Export…'), 'export'),
    action(t('Compare with…'), 'compare'),
    action(t('Rename…'), 'rename'),
    action(t('Notes'), 'notes'),
    action(t('Tags…'), 'tag'),
    action(t('Train Again with These Settings…'), 'trainAgain'),
    { ...action(t('Train Longer…'), 'trainLonger'), disabled: session.run.outcome === 'running' },
    action(t('Reveal Folder'), 'reveal'),
    { label: t('Show Log'), act: () => void session.ask('showLog') },
    action(t('Delete…'), 'delete'),
  ];
  return <Menu label={t('More actions')} button="⋯" items={items} />;
}
