import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import { actorName } from "../../components/actor-name.ts";
import type { DataColumn } from "../../components/data-table-columns.ts";
import { absoluteTime, shortTime } from "../../components/relative-time.ts";
import classes from "./audit.module.css";
import { actionWords, subjectWords, type NameOf } from "./view-model.ts";

/** The columns of the audit. It is always newest first: the order is the record. */
export function auditColumns(nameOf: NameOf): readonly DataColumn<AuditEntry>[] {
  return [
    {
      id: "sequence",
      header: "#",
      width: "56px",
      align: "end",
      cell: (entry) => <span className={classes["sequence"]}>{entry.sequence}</span>,
    },
    {
      id: "at",
      header: "When",
      width: "172px",
      cell: (entry) => (
        <time className="rc-num" dateTime={new Date(entry.at).toISOString()} title={absoluteTime(entry.at)}>
          {shortTime(entry.at)}
        </time>
      ),
    },
    {
      id: "actor",
      header: "Who",
      width: "minmax(84px, 0.6fr)",
      cell: (entry) => <span title={entry.actor}>{nameOf(entry.actor) ?? actorName(entry.actor)}</span>,
    },
    {
      id: "action",
      header: "What",
      width: "minmax(130px, 1fr)",
      cell: (entry) => <span className={classes["action"]}>{actionWords(entry.action)}</span>,
    },
    {
      id: "subject",
      header: "To what",
      width: "minmax(120px, 1fr)",
      cell: (entry) => <span className={classes["soft"]}>{subjectWords(entry, nameOf)}</span>,
    },
    { id: "reason", header: "Why", width: "minmax(80px, 1.2fr)", cell: (entry) => <span className={classes["soft"]}>{entry.reason}</span> },
  ];
}
