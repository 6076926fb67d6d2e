import { useMemo } from "react";
import { useStore } from "zustand";
import { findCommand } from "#shared/commands/commands.ts";
import { isAllowed } from "#shared/domain/access/permission.ts";
import { keys } from "../data/query-keys.ts";
import { useContractQuery } from "../data/use-contract-query.ts";
import { usePrincipal } from "../data/use-principal.ts";
import { commandStore } from "../stores/command-store.ts";
import { commandItems, thingItems, type PaletteItem } from "./palette-entries.ts";

/** Everything the palette offers. Things are read only once it has been opened. */
export function usePaletteItems(isOpen: boolean): readonly PaletteItem[] {
  const handlers = useStore(commandStore, (state) => state.handlers);
  const who = usePrincipal();
  const read = { enabled: isOpen };
  const applications = useContractQuery(
    keys.applications(),
    (client, signal) => client.applications.list(undefined, { signal }),
    read,
  ).data;
  const fleets = useContractQuery(keys.fleets(), (client, signal) => client.fleets.list(undefined, { signal }), read).data;
  const rollouts = useContractQuery(keys.rollouts({}), (client, signal) => client.rollouts.list({}, { signal }), read).data;
  return useMemo(() => {
    const denialOf = (id: string): string | undefined => {
      const permission = findCommand(id)?.permission;
      if (who === undefined || permission === undefined || permission === "anyone" || isAllowed(who, permission)) return undefined;
      return `Your role, ${who.role}, does not include it.`;
    };
    return [...commandItems(handlers, denialOf), ...thingItems(applications ?? [], fleets ?? [], (rollouts ?? []).slice(0, 30))];
  }, [handlers, who, applications, fleets, rollouts]);
}
