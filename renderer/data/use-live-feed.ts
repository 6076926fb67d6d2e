import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import type { ContractClient } from "#shared/contract/index.ts";
import { clientError } from "./client-error.ts";
import { useClient } from "./client-context.tsx";
import { connectionStore } from "./connection-store.ts";
import { followEvents, type EventSource } from "./follow-events.ts";
import { createStaleMarker, type StaleMarker } from "./stale-marker.ts";
import { rootsOfTopic } from "./topic-roots.ts";

/** Follows the live feed while the console is open, so that every screen shows what is, without polling. */
export function useLiveFeed(): void {
  const client = useClient();
  const queries = useQueryClient();
  useEffect(() => {
    const ended = new AbortController();
    const marker = createStaleMarker(queries);
    void followEvents(feedSource(client, marker), ended.signal);
    return () => {
      ended.abort();
      marker.stop();
    };
  }, [client, queries]);
}

function feedSource(client: ContractClient, marker: StaleMarker): EventSource {
  const connection = connectionStore.getState();
  return {
    open: (after, signal) => client.system.events(after === undefined ? {} : { after }, { signal }),
    onOpen: (resumed) => {
      connection.opened(Date.now());
      if (!resumed) marker.markAll();
    },
    onEvent: (event) => {
      connection.heard(Date.now());
      if (event.topic === "live.restarted") marker.markAll();
      else marker.mark(rootsOfTopic(event.topic));
    },
    onLost: (thrown) => {
      if (thrown !== undefined && clientError(thrown).code === "ACCESS_UNAUTHENTICATED") {
        connection.loggedOut();
        return true;
      }
      connection.lost(Date.now());
      return false;
    },
    wait: waitFor,
    random: Math.random,
  };
}

/** Waits, or returns at once when the page comes back online or the wait is aborted. */
function waitFor(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done() {
      clearTimeout(timer);
      removeEventListener("online", done);
      signal.removeEventListener("abort", done);
      resolve();
    }
    addEventListener("online", done);
    signal.addEventListener("abort", done);
  });
}
