import { isAllowed, type Permission, type Principal } from "#shared/domain/access/permission.ts";
import { keys } from "./query-keys.ts";
import { useContractQuery } from "./use-contract-query.ts";

/** Who is logged in, or undefined until that is known. */
export function usePrincipal(): Principal | undefined {
  return useContractQuery(keys.whoami(), (client, signal) => client.system.whoami(undefined, { signal })).data;
}

/** Why the reader may not do this, or undefined when they may. The control plane decides; this only spares a refusal. */
export function useDenial(permission: Permission): string | undefined {
  const who = usePrincipal();
  if (who === undefined || isAllowed(who, permission)) return undefined;
  return `Your role, ${who.role}, does not include “${permission}”. Ask an administrator.`;
}
