/** Logs each kind of rejected webview message once, so that a hostile page cannot fill the log. */
export class RejectedMessages {
  private readonly said = new Set<string>();

  constructor(private readonly log: (message: string) => void) {}

  say(kind: string, why: string): void {
    if (this.said.has(kind)) return;
    this.said.add(kind);
    this.log(`refused a message of a webview (${kind}): ${why}; more of this kind are not logged`);
  }
}
