import type { HostDetail } from "#shared/contract/fleets.ts";
import { LogTail } from "../../components/log-tail.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { QuarantineLine } from "./quarantine-line.tsx";
import { ReportedNotes } from "./reported-notes.tsx";
import classes from "./reported.module.css";
import { SocketList } from "./socket-list.tsx";
import { readyVersions, troublesOf, versionOfRelease, type Comparison } from "./view-model.ts";

type DetailsProps = {
  readonly reported: HostDetail["reported"][number];
  readonly detail: HostDetail;
  readonly row: Comparison;
};

/** What is wrong, what waits, the sockets, versions kept for a rollback without a download, and those not installed again. */
export function ReportedDetails({ reported, detail, row }: DetailsProps) {
  const ready = readyVersions(reported);
  return (
    <div className={classes["details"]}>
      {troublesOf(reported).map(({ message, logTail }) => (
        <div key={message} className={classes["failure"]}>
          <StatusShape status="failed" size={15} />
          <div>
            {message}
            {logTail !== undefined && <LogTail label="Last lines of its log" text={logTail} />}
          </div>
        </div>
      ))}
      <ReportedNotes reported={reported} desired={row.desired} />
      {reported.listening !== undefined && <SocketList listening={reported.listening} />}
      {ready.length > 0 && (
        <div className={classes["slots"]}>
          <span className={classes["faint"]}>Also on this host, ready without a download</span>
          {ready.map((slot) => (
            <VersionTag key={slot.digest} version={slot.version} tone="quiet" />
          ))}
        </div>
      )}
      {reported.quarantine.map((one) => (
        <QuarantineLine
          key={one.digest}
          host={detail.host}
          reported={reported}
          quarantine={one}
          version={versionOfRelease(detail, one.releaseId) ?? `Release ${one.digest.slice(0, 12)}`}
          name={row.name}
        />
      ))}
    </div>
  );
}
