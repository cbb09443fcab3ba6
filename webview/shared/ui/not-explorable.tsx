import './safe-text';
import { t } from '../l10n';

/** What stands in a tab about latent space before there is a model. */
export function NotExplorable() {
  return <p class="quiet hint">{t('There is no model to explore yet.')}</p>;
}
