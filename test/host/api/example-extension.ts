/** An extension that uses Latent Explorer, by the types that it publishes: it trains, and says what lies between two images. */
import type { ExtensionContext, Uri } from 'vscode';
import type { LatentExplorer, LatentExplorerApi } from '../../../api/latent-explorer';

interface Between {
  readonly run: string;
  readonly bound: number;
  /** The point halfway, decoded. */
  readonly pixels: Uint8Array;
  readonly distance: number;
}

export class ExampleExtension {
  /** What has happened to runs. */
  readonly seen: string[] = [];
  private readonly api: LatentExplorerApi;

  constructor(context: Pick<ExtensionContext, 'subscriptions'>, explorer: LatentExplorer) {
    this.api = explorer.getAPI(1);
    context.subscriptions.push(
      this.api.onDidChangeRun(
        (run) => void this.seen.push(run === null ? 'the list' : `${run.name} ${run.state}`),
      ),
    );
  }

  /** Trains where there is no run yet, and compares two images. */
  async between(folder: Uri, a: Uri, b: Uri): Promise<Between> {
    const [newest] = await this.api.runs();
    const run = newest?.uri ?? (await this.api.train({ data: folder, preset: 'fast', latent: 2 }));
    const [first, second] = await this.api.encode(run, [a, b]);
    if (!first || !second || 'error' in first || 'error' in second)
      throw new Error('an image could not be read');
    const halfway = first.mean.map((value, d) => (value + second.mean[d]!) / 2);
    const { bytes } = await this.api.decode(run, [halfway]);
    const { elbo } = await this.api.evaluate(run, { split: 'validation' });
    const distance = Math.hypot(...first.mean.map((value, d) => value - second.mean[d]!));
    return { run: run.fsPath, bound: elbo, pixels: bytes, distance };
  }
}
