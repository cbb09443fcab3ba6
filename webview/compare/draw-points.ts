import { RpcError, toFailure } from '../../src/protocol/rpc';

/** Sends one request per run and handles replies as they arrive; replies to an earlier round are dropped. */
export class PointRequests {
  private number = 0;

  /** Starts a new round. @param failed receives the message of a failed request */
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
