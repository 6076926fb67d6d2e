import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { actorName } from "./actor-name.ts";
import { VerbsCell } from "./plain-table.tsx";
import type { StateLook } from "./state-status.ts";
import { StatusBadge } from "./status-badge.tsx";
import { TimeAgo } from "./time-ago.tsx";
import classes from "./token-row.module.css";

/** A token of either kind, as its row shows it. Secrets are never here: they were shown once. */
export type TokenRowProps = {
  readonly look: StateLook & { readonly isOpen: boolean };
  readonly token: {
    readonly label: string;
    readonly createdAt: number;
    readonly createdBy: string;
    /** Absent for one that never expires. */
    readonly expiresAt?: number | undefined;
  };
  /** `td` elements between the label and when it was made. */
  readonly children: ReactNode;
  readonly busy: boolean;
  readonly onRevoke: () => void;
};

/** One token: state, label, what the kind adds, who made it, when it ends, and the way to revoke it. */
export function TokenRow({ look, token, children, busy, onRevoke }: TokenRowProps) {
  const { label, createdAt, createdBy, expiresAt } = token;
  return (
    <tr>
      <td>
        <StatusBadge status={look.status} word={look.word} />
      </td>
      <td>{label === "" ? <span className={classes["faint"]}>no label</span> : <strong>{label}</strong>}</td>
      {children}
      <td>
        <TimeAgo at={createdAt} /> <span className={classes["faint"]}>by {actorName(createdBy)}</span>
      </td>
      <td>{expiresAt === undefined ? <span className={classes["faint"]}>never</span> : <TimeAgo at={expiresAt} />}</td>
      <VerbsCell>
        {look.isOpen && (
          <Button size="compact-sm" variant="default" loading={busy} onClick={onRevoke} aria-label={`Revoke the token ${label}`}>
            Revoke
          </Button>
        )}
      </VerbsCell>
    </tr>
  );
}
