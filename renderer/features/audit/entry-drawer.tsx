import { Drawer } from "@mantine/core";
import { Link } from "wouter";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { FactList } from "../../components/fact-list.tsx";
import { absoluteTime } from "../../components/relative-time.ts";
import classes from "./audit.module.css";
import { actionWords, detailLines, subjectHref, subjectWords, type DetailLine, type NameOf } from "./view-model.ts";

/** One entry whole: what changed, and the hashes that hold it in its place. */
export function EntryDrawer({
  entry,
  nameOf,
  onClose,
}: {
  readonly entry: AuditEntry | undefined;
  readonly nameOf: NameOf;
  readonly onClose: () => void;
}) {
  return (
    <Drawer
      opened={entry !== undefined}
      onClose={onClose}
      position="right"
      size={560}
      title={entry === undefined ? "" : actionWords(entry.action)}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {entry !== undefined && <EntryBody entry={entry} nameOf={nameOf} />}
    </Drawer>
  );
}

function EntryBody({ entry, nameOf }: { readonly entry: AuditEntry; readonly nameOf: NameOf }) {
  const href = subjectHref(entry.subject);
  const lines = detailLines(entry.details);
  const subject =
    href === undefined ? (
      <code>{entry.subject}</code>
    ) : (
      <Link className="rc-link" href={href}>
        {subjectWords(entry, nameOf)}
      </Link>
    );
  return (
    <div className={classes["entry"]}>
      <FactList
        facts={[
          { name: "When", value: absoluteTime(entry.at) },
          { name: "Who", value: entry.actor },
          { name: "Action", value: <code>{entry.action}</code> },
          { name: "To what", value: subject },
          { name: "Why", value: entry.reason === "" ? <span className={classes["soft"]}>no reason given</span> : entry.reason },
        ]}
      />
      {lines.length > 0 && <DetailTable lines={lines} />}
      <h3 className={classes["chainTitle"]}>Place in the chain</h3>
      <div className={classes["chain"]}>
        <span className={classes["soft"]}>Entry {entry.sequence}</span>
        <CopyLine text={entry.hash} what="the hash" />
        <span className={classes["soft"]}>after {entry.sequence === 1 ? "the beginning" : `entry ${entry.sequence - 1}`}</span>
        <CopyLine text={entry.previousHash} what="the hash before" />
      </div>
    </div>
  );
}

function DetailTable({ lines }: { readonly lines: readonly DetailLine[] }) {
  const hasPairs = lines.some((line) => line.before !== undefined || line.isChanged);
  return (
    <table className={classes["details"]}>
      <thead>
        <tr>
          <th scope="col">Field</th>
          {hasPairs && <th scope="col">Before</th>}
          <th scope="col">{hasPairs ? "After" : "Value"}</th>
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <tr key={line.name} data-changed={line.isChanged}>
            <th scope="row">{line.name}</th>
            {hasPairs && <td className={classes["before"]}>{line.before ?? "–"}</td>}
            <td>{line.after ?? "–"}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
