import { Button } from "@mantine/core";
import type { HostRow } from "#shared/contract/fleets.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./host.module.css";

/** What is unusual about a host's identity, in words, with the one action that settles it. */
export function HostNotice({ host }: { readonly host: HostRow }) {
  if (host.state === "pending") return <PendingNotice host={host} />;
  if (host.state === "revoked") {
    return (
      <p className={classes["notice"]}>
        <StatusShape status="unknown" size={16} />
        <span>
          <strong>This host is revoked.</strong> It may not connect and gets nothing. What runs on it was left alone; enrol it again with a
          new token if it should come back.
        </span>
      </p>
    );
  }
  if (host.connection !== "cloned") return null;
  return (
    <div role="alert" className={classes["notice"]}>
      <StatusShape status="failed" size={16} />
      <span>
        <strong>Two machines answer with this identity.</strong> Neither gets grants until it is clear which is the real one. Revoke this
        host, then enrol each machine by itself.
      </span>
    </div>
  );
}

function PendingNotice({ host }: { readonly host: HostRow }) {
  const denial = useDenial("host.manage");
  const approve = useContractAction({
    run: (client, hostId: HostRow["id"]) => client.hosts.approve({ hostId }),
    notDone: `${host.name} was not approved.`,
    stale: ["hosts", "fleets", "home"],
  });
  return (
    <div className={classes["notice"]}>
      <StatusShape status="paused" size={16} />
      <span>
        <strong>This host waits for approval.</strong> It proved its key and its token. Check that the machine is yours:{" "}
        {host.facts?.hostname ?? "it reported no name"}
        {host.facts !== undefined && `, ${host.facts.platform}`}.
      </span>
      <Button
        className={classes["noticeAction"] ?? ""}
        loading={approve.isPending}
        disabled={denial !== undefined}
        onClick={() => approve.mutate(host.id)}
      >
        Approve the host
      </Button>
    </div>
  );
}
