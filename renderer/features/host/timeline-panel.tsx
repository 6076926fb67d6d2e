import type { HostRow } from "#shared/contract/fleets.ts";
import { Answer } from "../../components/answer.tsx";
import { LogTail } from "../../components/log-tail.tsx";
import { Panel } from "../../components/panel.tsx";
import { Timeline, type TimelineItem } from "../../components/timeline.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./host.module.css";
import { timelineLines, type TimelineLine } from "./timeline-items.ts";

/** What happened to a host, newest first; the phases of one update stand in one line. */
export function TimelinePanel({ host }: { readonly host: HostRow }) {
  const timeline = useContractQuery(keys.hostTimeline(host.id), (client, signal) =>
    client.hosts.timeline({ hostId: host.id, limit: 300 }, { signal }),
  );
  const nameOf = (id: string): string => host.applications.find((one) => one.applicationId === id)?.name ?? "Application";
  return (
    <Panel title="Timeline">
      <Answer of={timeline}>
        {(events) =>
          events.length === 0 ? (
            <span className={classes["faint"]}>Nothing yet. Connections, downloads, switches, reverts and collected logs appear here.</span>
          ) : (
            <Timeline label="What happened to this host" items={timelineLines(events, nameOf).map(itemOf)} />
          )
        }
      </Answer>
    </Panel>
  );
}

function itemOf({ id, at, status, title, steps, log }: TimelineLine): TimelineItem {
  const detail = (
    <>
      {steps.length > 0 && <div>{steps.join(" · ")}</div>}
      {log !== undefined && (
        <details>
          <summary>Log</summary>
          <LogTail label="Lines that were collected" text={log} />
        </details>
      )}
    </>
  );
  return { id, at, title, ...(status === undefined ? {} : { status }), ...(steps.length > 0 || log !== undefined ? { detail } : {}) };
}
