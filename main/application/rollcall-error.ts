/** What the agent refused, or why it could not be asked. `code` is one of docs/errors.md, or `UNREACHABLE` and `PROTOCOL` for the socket itself. */
export class RollcallError extends Error {
  override readonly name = "RollcallError";
  readonly code: string;
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** What to do next, one sentence. */
  readonly next: string;

  constructor(code: string, message: string, options: { readonly status?: number; readonly next?: string; readonly cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.status = options.status ?? 0;
    this.next = options.next ?? "";
  }
}
