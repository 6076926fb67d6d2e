import { Link } from "wouter";
import type { HostRow } from "#shared/contract/fleets.ts";
import type { DataColumn } from "../../components/data-table-columns.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { STATUS_BY_SEVERITY } from "../../styles/status-tokens.ts";
import { HostApplications } from "./host-applications.tsx";
import { hostLook } from "../../components/host-look.ts";

/** The columns of the host table. Sorting by status puts the worst first. */
export const HOST_COLUMNS: readonly DataColumn<HostRow>[] = [
  {
    id: "status",
    header: "Status",
    width: "104px",
    cell: (host) => {
      const look = hostLook(host);
      return <StatusBadge status={look.status} word={look.word} />;
    },
    sortValue: (host) => STATUS_BY_SEVERITY.indexOf(hostLook(host).status),
  },
  {
    id: "name",
    header: "Host",
    width: "minmax(100px, 1.1fr)",
    cell: (host) => (
      <Link className="rc-link" href={`/hosts/${host.id}`} tabIndex={-1}>
        {host.name}
      </Link>
    ),
    sortValue: (host) => host.name,
  },
  {
    id: "group",
    header: "Group",
    width: "minmax(72px, 0.7fr)",
    cell: (host) => <span>{host.groupName}</span>,
    sortValue: (host) => host.groupName,
  },
  {
    id: "applications",
    header: "Runs",
    width: "minmax(180px, 2.4fr)",
    cell: (host) => <HostApplications host={host} />,
    sortValue: (host) => host.applications[0]?.currentVersion,
  },
  {
    id: "platform",
    wideOnly: true,
    header: "Platform",
    width: "96px",
    cell: (host) => <span>{host.facts?.platform ?? "not reported"}</span>,
    sortValue: (host) => host.facts?.platform,
  },
  {
    id: "lastSeen",
    header: "Last seen",
    width: "72px",
    align: "end",
    cell: (host) => (host.lastSeenAt === undefined ? <span>never</span> : <TimeAgo at={host.lastSeenAt} />),
    sortValue: (host) => host.lastSeenAt,
  },
];
