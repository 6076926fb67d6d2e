/**
 * The far end of one agent connection as the control plane sees it; a WebSocket or a polling session stands behind it.
 * After `close` nothing is sent any more, and the owner still calls `closed` of its session once.
 */
export type LinkSocket = {
  send(text: string): void;
  close(code: number, reason: string): void;
  /** Asks the far end for a sign of life, which reaches `alive` of its session. Old bytes under way must not count as one. */
  probe(): void;
  /** Bytes that wait to be sent. */
  readonly bufferedBytes: number;
};
