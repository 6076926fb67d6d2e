import { isPortFrame } from "./port-frame.ts";

/** A message port in a Node process: Electron's MessagePortMain, and its stand-in over worker_threads. */
export type CorePort = {
  on(event: "message", listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: "close", listener: () => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
  close(): void;
};

/** The face of a port that oRPC's adapter takes. */
export type BoundedPort = {
  on(event: string, listener: (event?: { data: unknown }) => void): void;
  postMessage(data: unknown): void;
};

/** Lets through only what {@link isPortFrame} accepts, and closes the port on anything else: our own console never sends it. */
export function boundPort(port: CorePort, onRefused: () => void): BoundedPort {
  return {
    on: (event, listener) => {
      if (event === "close") port.on("close", () => listener());
      if (event !== "message") return;
      port.on("message", ({ data }) => {
        if (isPortFrame(data)) return listener({ data });
        onRefused();
        port.close();
      });
    },
    postMessage: (data) => port.postMessage(data),
  };
}
