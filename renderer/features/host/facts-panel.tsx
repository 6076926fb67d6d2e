import type { HostRow } from "#shared/contract/fleets.ts";
import { formatBytes } from "#shared/lib/format.ts";
import { FactList, type Fact } from "../../components/fact-list.tsx";
import { Panel } from "../../components/panel.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";

/** What the machine says of itself. It informs people; it never chooses its group. */
export function FactsPanel({ host }: { readonly host: HostRow }) {
  return (
    <Panel title="Machine">
      <FactList facts={factsOf(host)} />
    </Panel>
  );
}

function factsOf(host: HostRow): readonly Fact[] {
  const link: Fact[] = [
    { name: "Link", value: host.connection },
    { name: "Last seen", value: host.lastSeenAt === undefined ? "never" : <TimeAgo at={host.lastSeenAt} /> },
    { name: "Enrolled", value: <TimeAgo at={host.enrolledAt} /> },
  ];
  const { facts } = host;
  if (facts === undefined) return link;
  return [
    ...link,
    { name: "Host name", value: facts.hostname },
    { name: "Platform", value: facts.platform },
    { name: "System", value: facts.osRelease },
    { name: "Agent", value: facts.agentVersion },
    { name: "Processors", value: facts.cpuCount },
    { name: "Memory", value: formatBytes(facts.memoryBytes) },
    ...(facts.diskFreeBytes === undefined ? [] : [{ name: "Free disk", value: formatBytes(facts.diskFreeBytes) }]),
  ];
}
