import { connect } from "node:net";
import type { Probe } from "#shared/domain/release/probe.ts";
import type { ProbeResult } from "./probe-result.ts";

/** Connects once and hangs up. Good is a connection within the time-out. */
export function tcpProbe({ host, port, timeoutMs }: Extract<Probe, { kind: "tcp" }>): Promise<ProbeResult> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (result: ProbeResult): void => {
      socket.destroy();
      resolve(result);
    };
    socket.setTimeout(timeoutMs, () => end({ good: false, said: `no connection within ${timeoutMs} ms` }));
    socket.once("connect", () => end({ good: true, said: "connected" }));
    socket.once("error", (thrown) => end({ good: false, said: thrown.message.slice(0, 200) }));
  });
}
