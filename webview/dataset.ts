/** Entry point of the page about a dataset: what a run would see of it, before training. */
import './styles/base.css';
import './styles/dataset.css';
import type { DatasetEvents } from '../src/protocol/dataset-review';
import type { DatasetMethods } from '../src/protocol/schemas/dataset-review';
import { toFailure } from '../src/protocol/rpc';
import { DatasetView } from './dataset/view';
import { connectHost } from './shared/host';
import { latestWins } from './shared/latest-wins';

const client = connectHost<DatasetMethods, DatasetEvents>();
const view = new DatasetView({
  train: () => act('train'),
  cancel: () => act('cancel'),
});

function act(method: 'train' | 'cancel'): void {
  client.call(method, {}).catch((error: unknown) => view.fail(toFailure(error).message));
}

const pull = latestWins<void>(async () => {
  try {
    view.show(await client.call('current', {}));
  } catch (error) {
    view.fail(toFailure(error).message);
  }
});

client.on('changed', () => pull());
document.getElementById('app')?.replaceChildren(view.element);
pull();
