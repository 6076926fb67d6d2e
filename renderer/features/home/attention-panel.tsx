import { Link } from "wouter";
import type { Attention } from "#shared/contract/rollouts.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import classes from "./home.module.css";
import { attentionLook, sortAttention } from "./view-model.ts";

/** What needs a person, most urgent first. */
export function AttentionPanel({ attention }: { readonly attention: readonly Attention[] }) {
  const urgent = attention.filter((one) => one.severity === "now").length;
  const note = urgent === 0 ? undefined : `${urgent} now`;
  return (
    <Panel title="Needs you" flush {...(note === undefined ? {} : { note })}>
      {attention.length === 0 ? (
        <p className={classes["quiet"]}>
          <StatusShape status="healthy" size={16} /> Nothing needs you. Tripped gates, approvals, silent and cloned hosts appear here.
        </p>
      ) : (
        <ul className={classes["list"]}>
          {sortAttention(attention).map((one) => (
            <AttentionRow key={`${one.kind}${one.href}`} one={one} />
          ))}
        </ul>
      )}
    </Panel>
  );
}

function AttentionRow({ one }: { readonly one: Attention }) {
  const look = attentionLook(one.severity);
  return (
    <li className={classes["row"]}>
      <StatusShape status={look.status} size={16} label={look.word} />
      <div className={classes["words"]}>
        <Link className={`rc-link ${classes["cover"]}`} href={one.href}>
          {one.title}
        </Link>
        <div className={classes["detail"]}>{one.detail}</div>
      </div>
      <span className={classes["when"]}>
        <TimeAgo at={one.since} />
      </span>
    </li>
  );
}
