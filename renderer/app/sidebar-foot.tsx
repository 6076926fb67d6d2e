import { ActionIcon, Tooltip } from "@mantine/core";
import { IconLogout } from "@tabler/icons-react";
import { actorName } from "../components/actor-name.ts";
import { keys } from "../data/query-keys.ts";
import { useContractQuery } from "../data/use-contract-query.ts";
import { usePrincipal } from "../data/use-principal.ts";
import { desktopShell } from "../data/shell.ts";
import { runCommand } from "./run-command.ts";
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
      <div className={`rc-num ${classes["hosts"]}`}>
        {status.agents.connected} of {status.agents.enrolled} {status.agents.enrolled === 1 ? "host" : "hosts"} connected
      </div>
      {who !== undefined && (
        <div className={classes["account"]}>
          <span className={classes["who"]} title={`${who.name}, ${who.role}`}>
            {actorName(who.name)} · {who.role}
          </span>
          {desktopShell() === undefined && (
            <Tooltip label="Log out">
              <ActionIcon variant="subtle" size="sm" aria-label="Log out" onClick={() => runCommand("session.end")}>
                <IconLogout size={14} stroke={1.7} />
              </ActionIcon>
            </Tooltip>
          )}
        </div>
      )}
    </div>
  );
}
