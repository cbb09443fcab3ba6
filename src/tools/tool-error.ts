/** Why a tool was refused or could not be used: what was got, what was expected, and what to do. */
export class ToolError extends Error {
  override readonly name = 'ToolError';
  constructor(
    /** For programs. */
    readonly code: 'bad-input' | 'not-found' | 'outside-root' | 'read-only' | 'not-ready' | 'unknown-tool',
    message: string,
  ) {
    super(message);
  }
}
