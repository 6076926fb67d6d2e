import { useLocation, useParams } from "wouter";
import type { HostDetail } from "#shared/contract/fleets.ts";
import { hostId as hostIdSchema } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { hostLook } from "../../components/host-look.ts";
import { PageHeader } from "../../components/page-header.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useCommand } from "../../stores/command-store.ts";
import { ComparisonPanel } from "./comparison-panel.tsx";
import { FactsPanel } from "./facts-panel.tsx";
import { HostActions } from "./host-actions.tsx";
import { HostNotice } from "./host-notice.tsx";
import classes from "./host.module.css";
import { LabelsPanel } from "./labels-panel.tsx";
import { TimelinePanel } from "./timeline-panel.tsx";
import { neighbours } from "./view-model.ts";

/** One host: what it should run beside what it says, what happened to it, what can be done. */
export function Screen() {
  const { hostId = "" } = useParams();
  const isId = hostIdSchema.safeParse(hostId).success;
  const detail = useContractQuery(
    keys.host(hostId),
    (client, signal) => client.hosts.get({ hostId: hostIdSchema.parse(hostId) }, { signal }),
    { enabled: isId },
  );
  return (
    <Answer of={detail} lines={8}>
      {(answer) => <HostPage detail={answer} />}
    </Answer>
  );
}

function HostPage({ detail }: { readonly detail: HostDetail }) {
  const { host } = detail;
  const look = hostLook(host);
  useNeighbourKeys(detail);
  return (
    <>
      <PageHeader
        title={host.name}
        aside={<StatusBadge status={look.status} word={look.until === undefined ? look.word : `${look.word} until ${look.until}`} />}
        parents={[
          { href: "/fleets", name: "Fleets" },
          { href: `/fleets/${host.fleetId}`, name: host.fleetName },
          { href: `/fleets/${host.fleetId}?q=${encodeURIComponent(`group:${host.groupName}`)}`, name: host.groupName },
        ]}
        actions={<HostActions detail={detail} />}
      />
      <HostNotice host={host} />
      <div className={classes["columns"]}>
        <div className={classes["column"]}>
          <ComparisonPanel detail={detail} />
          <TimelinePanel host={host} />
        </div>
        <div className={classes["column"]}>
          <FactsPanel host={host} />
          <LabelsPanel host={host} />
        </div>
      </div>
    </>
  );
}

function useNeighbourKeys({ host }: HostDetail): void {
  const [, navigate] = useLocation();
  const hosts =
    useContractQuery(keys.hosts({ fleetId: host.fleetId }), (client, signal) =>
      client.hosts.list({ fleetId: host.fleetId, limit: 5000 }, { signal }),
    ).data?.rows ?? [];
  const { previous, next } = neighbours(hosts, host.id);
  useCommand(
    "view.next",
    () => next !== undefined && navigate(`/hosts/${next}`),
    next === undefined ? "This is the last host of the fleet." : undefined,
  );
  useCommand(
    "view.previous",
    () => previous !== undefined && navigate(`/hosts/${previous}`),
    previous === undefined ? "This is the first host of the fleet." : undefined,
  );
}
