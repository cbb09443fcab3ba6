import { count, nats } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { NumberTable } from '../shared/ui/number-table';
import { t } from '../shared/l10n';

const MAX_ROWS = 200;

/** Table alternative of the curve: the newest validation rows. */
export function ValidationTable({ session }: { readonly session: RunSession }) {
  return (
    <NumberTable
      summary={t('Validation as a table')}
      label={t('Newest {0} validation rows', MAX_ROWS)}
      heads={[t('Step'), t('Epoch'), t('Samples'), 'ELBO', t('Reconstruction'), 'KL']}
      rows={() =>
        session.history.validation
          .slice(-MAX_ROWS)
          .reverse()
          .map(({ step, epoch, samples, elbo, reconstruction, kl }) => [
            ...[count(step), count(epoch), count(samples)],
            ...[nats(elbo), nats(reconstruction), nats(kl)],
          ])
      }
      open={session.state.value.tableOpen}
      onToggle={(tableOpen) => session.state.update({ tableOpen })}
    />
  );
}
