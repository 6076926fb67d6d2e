import { get } from "node:http";
import type { Probe } from "#shared/domain/release/probe.ts";
import type { ProbeResult } from "./probe-result.ts";

/** Asks once. Good is the expected status within the time-out; redirects are not followed and the body is not read. */
export function httpProbe(probe: Extract<Probe, { kind: "http" }>): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const request = get(probe.url, { agent: false, signal: AbortSignal.timeout(probe.timeoutMs) }, (response) => {
      const status = response.statusCode ?? 0;
      response.destroy();
      resolve({ good: status === probe.expectStatus, said: `status ${status}, expected ${probe.expectStatus}` });
    });
    request.once("error", (thrown) => {
      const timedOut = thrown.name === "AbortError" || thrown.name === "TimeoutError";
      resolve({ good: false, said: timedOut ? `no answer within ${probe.timeoutMs} ms` : thrown.message.slice(0, 200) });
    });
  });
}
