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
    { label: t('Compare with…'), act: () => void session.act('compare') },
    { label: t('Reveal Folder'), act: () => void session.act('reveal') },
    { label: t('Show Log'), act: () => void session.ask('showLog') },
    { label: t('Delete…'), act: () => void session.act('delete') },
  ];
  return <Menu label={t('More actions')} button="⋯" items={items} />;
}
