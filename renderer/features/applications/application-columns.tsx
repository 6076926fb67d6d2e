import { Link } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { DataColumn } from "../../components/data-table-columns.ts";
import { VersionTag } from "../../components/version-tag.tsx";
import classes from "./applications.module.css";

/** The columns of the list of applications. */
export const APPLICATION_COLUMNS: readonly DataColumn<ApplicationRow>[] = [
  {
    id: "name",
    header: "Application",
    width: "minmax(180px, 1.5fr)",
    cell: (one) => (
      <div className={classes["name"]}>
        <Link className="rc-link" href={`/applications/${one.id}`} tabIndex={-1}>
          {one.name}
        </Link>
        <code className={classes["product"]} translate="no">
          {one.productId}
        </code>
      </div>
    ),
    sortValue: (one) => one.name,
  },
  {
    id: "channels",
    header: "Channels",
    width: "minmax(180px, 2fr)",
    cell: (one) => <Channels channels={one.channels} />,
  },
  {
    id: "latest",
    header: "Newest",
    width: "minmax(80px, 120px)",
    cell: (one) => (one.latestVersion === undefined ? <Faint>nothing published</Faint> : <VersionTag version={one.latestVersion} />),
  },
  {
    id: "releases",
    header: "Releases",
    width: "72px",
    align: "end",
    cell: (one) => <span className="rc-num">{one.releaseCount}</span>,
    sortValue: (one) => one.releaseCount,
  },
  {
    id: "hosts",
    header: "Hosts",
    width: "64px",
    align: "end",
    cell: (one) => <span className="rc-num">{one.hosts}</span>,
    sortValue: (one) => one.hosts,
  },
];

function Channels({ channels }: { readonly channels: ApplicationRow["channels"] }) {
  if (channels.length === 0) return <Faint>no channel</Faint>;
  return (
    <span className={classes["channels"]}>
      {channels.map((channel) => (
        <span key={channel.id} className={classes["channel"]}>
          {channel.name}
          {channel.version === undefined ? <Faint>points nowhere</Faint> : <VersionTag version={channel.version} />}
        </span>
      ))}
    </span>
  );
}

function Faint({ children }: { readonly children: string }) {
  return <span className={classes["faint"]}>{children}</span>;
}
