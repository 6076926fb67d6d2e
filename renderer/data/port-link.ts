import { RPCLink } from "@orpc/client/message-port";
import { AppError } from "#shared/errors/app-error.ts";
import type { Link } from "./contract-client.ts";

const closed = (): AppError => new AppError("TRANSPORT_CLOSED", "The control plane of this computer stopped; the action was not sent.");

/** A link over one port, how to tell that its other end is gone, and how to say so when the browser does not. */
export type PortLink = {
  readonly link: Link;
  readonly isClosed: () => boolean;
  readonly onClose: (listener: () => void) => void;
  readonly end: () => void;
};

/**
 * Calls the control plane of this computer over a MessagePort. A port whose other end is gone swallows messages, and a
 * call on it would wait for ever, so that calls after the close fail at once, and calls under way fail with it.
 */
export function createPortLink(port: MessagePort): PortLink {
  const ended = new AbortController();
  const listeners = new Set<() => void>();
  const end = (): void => {
    if (ended.signal.aborted) return;
    ended.abort(closed());
    port.close();
    for (const listener of listeners) listener();
  };
  // Electron and Node tell that the other end is gone; Chromium by itself does not, so that nobody may rely on it alone.
  port.addEventListener("close", end);
  const rpc = new RPCLink({ port });
  port.start();
  const link: Link = {
    async call(path, input, options) {
      if (ended.signal.aborted) throw closed();
      const signal = options.signal === undefined ? ended.signal : AbortSignal.any([options.signal, ended.signal]);
      const failed = Promise.withResolvers<never>();
      const fail = () => failed.reject(closed());
      ended.signal.addEventListener("abort", fail);
      try {
        return await Promise.race([rpc.call(path, input, { ...options, signal }), failed.promise]);
      } finally {
        ended.signal.removeEventListener("abort", fail);
      }
    },
  };
  return { link, isClosed: () => ended.signal.aborted, onClose: (listener) => void listeners.add(listener), end };
}
