import type { HostEvent, HostRow } from "#shared/contract/fleets.ts";
import { Answer } from "../../components/answer.tsx";
import { Panel } from "../../components/panel.tsx";
import { Timeline, type TimelineItem } from "../../components/timeline.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./host.module.css";
import { eventLog, eventStatus } from "./view-model.ts";

/** What happened to a host, newest first. */
export function TimelinePanel({ hostId }: { readonly hostId: HostRow["id"] }) {
  const timeline = useContractQuery(keys.hostTimeline(hostId), (client, signal) =>
    client.hosts.timeline({ hostId, limit: 200 }, { signal }),
  );
  return (
    <Panel title="Timeline">
      <Answer of={timeline}>
        {(events) =>
          events.length === 0 ? (
            <span className={classes["faint"]}>Nothing yet. Connections, downloads, switches, reverts and collected logs appear here.</span>
          ) : (
            <Timeline label="What happened to this host" items={events.map(itemOf)} />
          )
        }
      </Answer>
    </Panel>
  );
}

function itemOf(event: HostEvent): TimelineItem {
  const status = eventStatus(event.kind);
  const log = eventLog(event.details);
  return {
    id: event.id,
    at: event.at,
    ...(status === undefined ? {} : { status }),
    title: event.message,
    ...(log === undefined
      ? {}
      : {
          detail: (
            <details>
              <summary>Log</summary>
              <pre className={classes["log"]}>{log}</pre>
            </details>
          ),
        }),
  };
}
