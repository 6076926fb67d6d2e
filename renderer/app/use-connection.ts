import { useStore } from "zustand";
import { useNow } from "../components/clock.ts";
import { connectionStore, connectionView, type ConnectionView } from "../data/connection-store.ts";

/** What the freshness indicator shows now. */
export function useConnection(): ConnectionView {
  const facts = useStore(connectionStore);
  return connectionView(facts, useNow());
}
