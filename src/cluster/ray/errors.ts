/** Why a cluster could not be used, for programs. */
export type ClusterProblem =
  'unauthorised' | 'unreachable' | 'refused' | 'not-found' | 'not-ray' | 'too-large' | 'unusable-target';

/** A cluster cannot be used as asked; the message says what was got, what was expected and what to do. It never holds a token. */
export class ClusterError extends Error {
  override readonly name = 'ClusterError';
  constructor(
    readonly problem: ClusterProblem,
    message: string,
  ) {
    super(message);
  }
}

/** The dashboard wants a token, or does not accept the one that it got. */
export class UnauthorisedError extends ClusterError {
  constructor(host: string, hadToken: boolean) {
    const got = hadToken ? 'does not accept this token' : 'wants a token, and none was found';
    super(
      'unauthorised',
      `${host} ${got}. Set RAY_AUTH_TOKEN to the cluster's token, or put it into ~/.ray/auth_token; in VS Code, add the cluster again`,
    );
  }
}

/** Nothing answers at the address, or what answers stops doing so. The job on the cluster is not touched by that. */
export class UnreachableError extends ClusterError {
  constructor(host: string, why: string) {
    super(
      'unreachable',
      `${host} was not reached: ${why}. Check that the cluster runs, that its address is right and that a tunnel to it is open`,
    );
  }
}

/** Ray answered that it does not do what it was asked for. */
export class RefusedError extends ClusterError {
  constructor(
    host: string,
    readonly status: number,
    /** What Ray said, in one line. */
    readonly reason: string,
  ) {
    super('refused', `Ray at ${host} refused with ${status}: ${reason}`);
  }
}

/** Ray knows no such job, package or file. */
export class NotFoundError extends ClusterError {
  constructor(host: string, reason: string) {
    super('not-found', `Ray at ${host} answered: ${reason}`);
  }
}

/** What answers is not Ray's dashboard. */
export class NotRayError extends ClusterError {
  constructor(host: string, got: string) {
    super(
      'not-ray',
      `${host} is not a dashboard of Ray: ${got}. Expected the address of the dashboard itself, usually with port 8265`,
    );
  }
}

/** An answer is longer than what was asked for can be. */
export class TooLargeError extends ClusterError {
  constructor(host: string, maxBytes: number) {
    super('too-large', `${host} answered with more than ${maxBytes} bytes, which were not read`);
  }
}
