import type { LinkService } from "#main/control-plane/link/link-service.ts";
import type { LinkSocket } from "#main/control-plane/ports/link-socket.ts";
import type { Dial } from "#test/simulation/fleet/agent-wire.ts";

/** A wire within one process. `dead` ones lose everything the control plane sends, as a cut cable does. */
export type MemoryWire = { readonly dial: Dial; cutCable(): void };

/** Joins agents to a link service without sockets; frames arrive in later microtasks, in order. */
export function memoryWire(link: Pick<LinkService, "accept">, remote = "192.0.2.1"): MemoryWire {
  let isDead = false;
  const deliver = (work: () => void): void => queueMicrotask(() => (isDead ? undefined : work()));
  const dial: Dial = (events) => {
    const socket: LinkSocket = {
      bufferedBytes: 0,
      send: (text) => deliver(() => events.frame(text)),
      close: (code) => deliver(() => events.closed(code)),
      probe: () => deliver(() => session.alive()),
    };
    const session = link.accept(socket, remote);
    events.opened({
      send: (text) => void session.receive(text),
      close: () => {
        session.closed();
        events.closed(1000);
      },
    });
  };
  return {
    dial,
    cutCable: () => {
      isDead = true;
    },
  };
}
