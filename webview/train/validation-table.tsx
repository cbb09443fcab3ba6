import type { ValidationRow } from '../../src/domain/metrics';
import { count, nats } from '../shared/format';
import type { RunSession } from '../shared/run-session';
import { t } from '../shared/l10n';

const MAX_ROWS = 200;

/** Table alternative of the curve: the newest validation rows, filled only while open. */
export function ValidationTable({ session }: { readonly session: RunSession }) {
  const { state, history } = session;
  const { tableOpen } = state.value;
  return (
    <details
      class="table-alternative"
      open={tableOpen}
      onToggle={({ currentTarget }) => {
        if (currentTarget.open !== tableOpen) state.update({ tableOpen: currentTarget.open });
      }}
    >
      <summary>{t('Validation as a table')}</summary>
      {tableOpen && (
        <div
          class="table-scroll"
          tabIndex={0}
          role="region"
          aria-label={t('Newest {0} validation rows', MAX_ROWS)}
        >
          <table class="numbers">
            <thead>
              <tr>
                {[t('Step'), t('Epoch'), t('Samples'), 'ELBO', t('Reconstruction'), 'KL'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {history.validation
                .slice(-MAX_ROWS)
                .reverse()
                .map((row) => (
                  <Row key={row.step} row={row} />
                ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}

function Row({ row }: { readonly row: ValidationRow }) {
  return (
    <tr>
      <td>{count(row.step)}</td>
      <td>{count(row.epoch)}</td>
      <td>{count(row.samples)}</td>
      <td>{nats(row.elbo)}</td>
      <td>{nats(row.reconstruction)}</td>
      <td>{nats(row.kl)}</td>
    </tr>
  );
}
