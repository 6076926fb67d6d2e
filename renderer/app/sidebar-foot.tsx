import { keys } from "../data/query-keys.ts";
import { useContractQuery } from "../data/use-contract-query.ts";
import { usePrincipal } from "../data/use-principal.ts";
import classes from "./sidebar.module.css";

/** Which control plane this is and who is logged in: two windows onto two of them must not be mistaken. */
export function SidebarFoot() {
  const status = useContractQuery(keys.status(), (client, signal) => client.system.status(undefined, { signal }), { everyMs: 15_000 }).data;
  const who = usePrincipal();
  if (status === undefined) return <div className={classes["foot"]} />;
  return (
    <div className={classes["foot"]}>
      <div className={classes["plane"]} title={status.name}>
        {status.name}
      </div>
      <div className="rc-num">
        {status.agents.connected} of {status.agents.enrolled} {status.agents.enrolled === 1 ? "host" : "hosts"} connected
      </div>
      {who !== undefined && (
        <div className={classes["who"]} title={`${who.name}, ${who.role}`}>
          {who.name.replace(/^(?:user|token):/, "")} · {who.role}
        </div>
      )}
    </div>
  );
}
