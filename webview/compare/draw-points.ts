import { RpcError, toFailure } from '../../src/protocol/rpc';

/** Several questions whose answers come one by one; those of an older round are not shown any more. */
export class Round {
  private number = 0;

  /** @param failed what went wrong with a run, for people */
  start<T>(
    uris: readonly string[],
    ask: (uri: string) => Promise<T>,
    answered: (uri: string, answer: T) => void,
    failed: (uri: string, message: string) => void,
  ): void {
    const own = ++this.number;
    for (const uri of uris) {
      ask(uri).then(
        (answer) => own === this.number && answered(uri, answer),
        (error: unknown) => {
          if (own !== this.number || (error instanceof RpcError && error.code === 'superseded')) return;
          failed(uri, toFailure(error).message);
        },
      );
    }
  }
}
