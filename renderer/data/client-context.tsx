import { createContext, useContext, type ReactNode } from "react";
import type { ContractClient } from "#shared/contract/index.ts";

const ClientContext = createContext<ContractClient | undefined>(undefined);

/** Gives the client to everything below. */
export function ClientProvider({ client, children }: { readonly client: ContractClient; readonly children: ReactNode }) {
  return <ClientContext value={client}>{children}</ClientContext>;
}

/** The client. Prefer `useContractQuery` and `useContractAction`; this is for streams. */
export function useClient(): ContractClient {
  const client = useContext(ClientContext);
  if (client === undefined) throw new TypeError("useClient needs a ClientProvider above it");
  return client;
}
