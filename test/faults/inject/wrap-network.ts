import type * as HttpModule from "node:http";
import type * as HttpsModule from "node:https";
import { Socket } from "node:net";
import type { CutPoints } from "./cut-points.ts";

type Send = (this: Socket, ...args: unknown[]) => boolean;

function reset(): Error {
  return Object.assign(new Error("ECONNRESET: injected"), { code: "ECONNRESET" });
}

/** Puts a cut point before and behind every piece that a socket sends or receives, and before every request. */
export function wrapNetwork(http: typeof HttpModule, https: typeof HttpsModule, points: CutPoints): void {
  for (const name of ["write", "push"] as const) {
    // Why the cast: two methods of one shape, replaced alike.
    const prototype = Socket.prototype as unknown as Record<"write" | "push", Send>;
    const original = prototype[name];
    prototype[name] = function wrapped(...args) {
      const { kind } = points.meet("network", name === "push" ? "receive" : "send", "");
      if (kind === "reset") {
        this.destroy(reset());
        return false;
      }
      const result = original.apply(this, args);
      points.over(kind);
      return result;
    };
  }
  for (const module of [http, https]) {
    // Why the cast: both forms of the call are handed on as they came.
    const original = module.request as (...args: readonly unknown[]) => ReturnType<typeof HttpModule.request>;
    module.request = (...args: readonly unknown[]) => {
      const { kind } = points.meet("network", "request", "");
      const request = original(...args);
      if (kind === "reset") process.nextTick(() => request.destroy(reset()));
      points.over(kind);
      return request;
    };
  }
}
