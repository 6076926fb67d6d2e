import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { DataColumn } from "../../components/data-table-columns.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./application.module.css";
import { platformsOf, releaseLook } from "./view-model.ts";

/** The columns of an application's releases; they come newest version first. */
export const RELEASE_COLUMNS: readonly DataColumn<ReleaseRow>[] = [
  { id: "version", header: "Version", width: "minmax(96px, 0.9fr)", cell: (one) => <VersionTag version={one.version} /> },
  {
    id: "state",
    header: "State",
    width: "104px",
    cell: (one) => {
      const look = releaseLook(one);
      return <StatusBadge status={look.status} word={look.word} />;
    },
  },
  {
    id: "channels",
    header: "Channels",
    width: "minmax(90px, 1fr)",
    cell: (one) =>
      one.channels.length === 0 ? (
        <span className={classes["faint"]}>–</span>
      ) : (
        <span className={classes["chips"]}>
          {one.channels.map((name) => (
            <span key={name} className={classes["chip"]}>
              {name}
            </span>
          ))}
        </span>
      ),
  },
  {
    id: "platforms",
    header: "Platforms",
    width: "minmax(120px, 1.4fr)",
    cell: (one) => <span className={classes["soft"]}>{platformsOf(one).join(", ")}</span>,
  },
  {
    id: "hosts",
    header: "Runs on",
    width: "76px",
    align: "end",
    cell: (one) =>
      one.hosts === 0 ? (
        <span className={classes["faint"]}>nowhere</span>
      ) : (
        <span className="rc-num">
          {one.hosts} {one.hosts === 1 ? "host" : "hosts"}
        </span>
      ),
  },
  {
    id: "published",
    header: "Published",
    width: "84px",
    align: "end",
    cell: (one) => (one.publishedAt === undefined ? <span className={classes["faint"]}>not yet</span> : <TimeAgo at={one.publishedAt} />),
  },
];
