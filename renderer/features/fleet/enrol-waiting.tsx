import { Button, Modal } from "@mantine/core";
import { Link } from "wouter";
import type { FleetRow, HostRow } from "#shared/contract/fleets.ts";
import type { EnrolmentToken } from "#shared/domain/fleet/fleet.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { Countdown } from "../../components/countdown.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { useFocusReturn } from "../../components/use-focus-return.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./fleet.module.css";
import { arrivals } from "./view-model.ts";

/** What making a token answered: the command is shown this once. */
export type Issued = { readonly token: EnrolmentToken; readonly command: string };

/** The command, and whoever came by it. The live feed tells of arrivals; nothing has to be reloaded. */
export function EnrolWaiting({
  fleet,
  issued,
  onClose,
}: {
  readonly fleet: FleetRow;
  readonly issued: Issued;
  readonly onClose: () => void;
}) {
  useFocusReturn();
  const { token, command } = issued;
  const hosts =
    useContractQuery(keys.hosts({ fleetId: fleet.id }), (client, signal) =>
      client.hosts.list({ fleetId: fleet.id, limit: 5000 }, { signal }),
    ).data?.rows ?? [];
  const arrived = arrivals(hosts, token.groupId, token.createdAt);
  const groupName = fleet.groups.find((group) => group.id === token.groupId)?.name ?? "";
  return (
    <Modal opened onClose={onClose} title="Run this on the host" size={640} closeButtonProps={{ "aria-label": "Close" }}>
      <div className={classes["issued"]}>
        <CopyLine text={command} what="the command" />
        <p className={classes["faint"]}>
          Shown once. It admits {token.maxUses === 1 ? "one host" : `${token.maxUses} hosts`} into {groupName} and expires in{" "}
          <Countdown at={token.expiresAt} over="no time: it expired" />. The secret is read from standard input, so it stands in no process
          list.
        </p>
        <div className={classes["arrivals"]} role="status">
          {arrived.map((host) => (
            <Arrival key={host.id} host={host} />
          ))}
          {arrived.length < token.maxUses && (
            <div className={classes["arrival"]}>
              <StatusShape status="progressing" size={16} />
              {arrived.length === 0 ? "Waiting for the host to appear…" : `Waiting for ${token.maxUses - arrived.length} more…`}
            </div>
          )}
        </div>
        <div className={classes["issuedFoot"]}>
          <Button onClick={onClose}>Done</Button>
        </div>
      </div>
    </Modal>
  );
}

function Arrival({ host }: { readonly host: HostRow }) {
  return (
    <div className={classes["arrival"]}>
      <StatusShape status={host.state === "pending" ? "paused" : "healthy"} size={16} />
      <Link className="rc-link" href={`/hosts/${host.id}`}>
        {host.name}
      </Link>
      <span className={classes["faint"]}>
        {host.state === "pending" ? "waits for approval, enrolled" : "enrolled"} <TimeAgo at={host.enrolledAt} />
        {host.facts !== undefined && ` · ${host.facts.platform}`}
      </span>
    </div>
  );
}
