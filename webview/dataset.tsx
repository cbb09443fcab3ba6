/** Entry point of the page about a dataset: what a run would see of it, before training. */
import './styles/base.css';
import './styles/dataset.css';
import { signal } from '@preact/signals';
import { render } from 'preact';
import type { DatasetEvents, DatasetReview } from '../src/protocol/dataset-review';
import type { DatasetMethods } from '../src/protocol/schemas/dataset-review';
import { toFailure } from '../src/protocol/rpc';
import { DatasetView } from './dataset/view';
import { connectHost } from './shared/host';
import { latestWins } from './shared/latest-wins';

const client = connectHost<DatasetMethods, DatasetEvents>();
const review = signal<DatasetReview | null>(null);
const trouble = signal('');

async function attempt(call: () => Promise<void>): Promise<void> {
  try {
    await call();
    trouble.value = '';
  } catch (error) {
    trouble.value = toFailure(error).message;
  }
}
const act = (method: 'train' | 'trainOnCluster' | 'cancel') => (): void =>
  void attempt(() => client.call(method, {}));
const pull = latestWins<void>(() =>
  attempt(async () => {
    review.value = await client.call('current', {});
  }),
);

client.on('changed', () => pull());
pull();
const app = document.getElementById('app');
if (app)
  render(
    <DatasetView
      {...{ review, trouble }}
      onTrain={act('train')}
      onTrainOnCluster={act('trainOnCluster')}
      onCancel={act('cancel')}
    />,
    app,
  );
