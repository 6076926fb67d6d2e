import { STREAMING_PROCEDURES } from "#shared/contract/streaming-procedures.ts";
import { clientError } from "./client-error.ts";
import type { Link } from "./contract-client.ts";

/** How long one call may take before it counts as lost, in milliseconds. */
export const CALL_TIMEOUT_MS = 30_000;

/** Gives every call a deadline and every failure a code. Streams have no deadline; their caller ends them. */
export function guardLink(link: Link, timeoutMs = CALL_TIMEOUT_MS): Link {
  return {
    async call(path, input, options) {
      const deadline = STREAMING_PROCEDURES.has(path.join(".")) ? [] : [AbortSignal.timeout(timeoutMs)];
      const signals = options.signal === undefined ? deadline : [options.signal, ...deadline];
      try {
        return await link.call(path, input, { ...options, signal: AbortSignal.any(signals) });
      } catch (thrown) {
        throw clientError(thrown);
      }
    },
  };
}
