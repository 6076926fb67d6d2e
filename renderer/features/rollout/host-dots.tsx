import { Tooltip } from "@mantine/core";
import { Link } from "wouter";
import type { MemberRow } from "#shared/contract/rollouts.ts";
import { memberLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import { DotCanvas } from "./dot-canvas.tsx";
import classes from "./rollout.module.css";
import { memberText } from "./view-model.ts";

/** Beyond this many hosts dots are painted, not built: the list below stays the way to each host. */
const MOST_ELEMENTS = 500;

/** Every host of a wave as one shape, in the order of their names, so that a host keeps its place while it changes. */
export function HostDots({ members }: { readonly members: readonly MemberRow[] }) {
  const placed = [...members].sort((left, right) => left.hostName.localeCompare(right.hostName, undefined, { numeric: true }));
  if (placed.length === 0) return <p className={classes["faint"]}>No host of the group is in this wave.</p>;
  if (placed.length > MOST_ELEMENTS) return <DotCanvas members={placed} />;
  return (
    <ul className={classes["dots"]} aria-label="Hosts">
      {placed.map((member) => (
        <HostDot key={`${member.hostId}${member.subscriptionId}`} member={member} />
      ))}
    </ul>
  );
}

/** Planned hosts that are drawn one by one; beyond it the number says enough. */
const MOST_PLANNED = 160;

/** The hosts that a wave would take, which have no names before it opens. */
export function PlannedDots({ count }: { readonly count: number }) {
  if (count === 0) return null;
  const drawn = Math.min(count, MOST_PLANNED);
  return (
    <div className={classes["dots"]} aria-hidden="true" data-planned="true">
      {Array.from({ length: drawn }, (_, at) => (
        <span key={at} className={classes["planned"]} />
      ))}
      {count > drawn && <span className={classes["faint"]}>and {count - drawn} more</span>}
    </div>
  );
}

function HostDot({ member }: { readonly member: MemberRow }) {
  const look = memberLook(member.state);
  return (
    <li>
      <Tooltip label={memberText(member)} multiline maw={320} openDelay={120}>
        <Link className={classes["dot"]} href={`/hosts/${member.hostId}`} aria-label={memberText(member)} data-state={member.state}>
          <StatusShape status={look.status} size={18} />
        </Link>
      </Tooltip>
    </li>
  );
}
