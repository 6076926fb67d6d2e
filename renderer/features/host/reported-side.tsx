import { Progress } from "@mantine/core";
import type { HostDetail } from "#shared/contract/fleets.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { TimeAgo } from "../../components/time-ago.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./host.module.css";
import { downloadPercent, isOnItsWay, situation } from "./view-model.ts";

type Reported = HostDetail["reported"][number];

/** What the host says of one application. */
export function ReportedSide({ reported }: { readonly reported: Reported }) {
  const percent = downloadPercent(reported);
  return (
    <>
      <span className={classes["versions"]}>
        <VersionTag version={reported.current?.version} />
        {reported.candidate !== undefined && isOnItsWay(reported) && (
          <>
            <span aria-label="on its way to">→</span>
            <VersionTag version={reported.candidate.version} />
          </>
        )}
      </span>
      <div className={classes["reason"]}>
        {situation(reported)}
        {reported.uptimeMs !== undefined && `, up ${formatDuration(reported.uptimeMs)}`}
        {reported.restarts > 0 && `, ${reported.restarts} ${reported.restarts === 1 ? "restart" : "restarts"}`}
        <span className={classes["faint"]}>
          {" "}
          · said <TimeAgo at={reported.reportedAt} />
        </span>
      </div>
      {percent !== undefined && reported.progress !== undefined && (
        <div className={classes["download"]}>
          <Progress value={percent} size="xs" aria-label="Download" />
          <span className="rc-num">
            {reported.progress.applying === true
              ? `Making the new version with a delta of ${formatBytes(reported.progress.totalBytes)}`
              : `${formatBytes(reported.progress.receivedBytes)} of ${formatBytes(reported.progress.totalBytes)}`}
          </span>
        </div>
      )}
    </>
  );
}
