import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { MemberRow, WaveRow } from "#shared/contract/rollouts.ts";
import { memberLook, phaseLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./rollout.module.css";
import { notableMembers, sortMembers } from "./view-model.ts";

/** Rows that need eyes, shown before anybody asks for more. */
const FIRST = 5;
/** Rows shown at the most; the fleet's table, which is virtual, has them all. */
const MOST = 200;

/** The hosts of a wave in words: at first those that did not simply succeed or wait; all of them when asked. */
export function MemberList({ wave }: { readonly wave: WaveRow }) {
  const [showsAll, setShowsAll] = useState(false);
  const shown = showsAll ? sortMembers(wave.members).slice(0, MOST) : notableMembers(wave.members).slice(0, FIRST);
  const hasMore = wave.members.length > shown.length;
  return (
    <div>
      {shown.length > 0 && (
        <ul className={classes["members"]} aria-label={`Hosts of ${wave.groupName}`}>
          {shown.map((member) => (
            <MemberItem key={`${member.hostId}${member.subscriptionId}`} member={member} />
          ))}
        </ul>
      )}
      {(hasMore || showsAll) && (
        <UnstyledButton className={classes["more"]} onClick={() => setShowsAll(!showsAll)} aria-expanded={showsAll}>
          {showsAll ? "Show fewer" : wave.members.length === 1 ? "Show the host" : `Show all ${wave.members.length} hosts`}
        </UnstyledButton>
      )}
    </div>
  );
}

function MemberItem({ member }: { readonly member: MemberRow }) {
  const look = member.state === "updating" ? phaseLook(member.phase) : memberLook(member.state);
  return (
    <li className={classes["member"]}>
      <StatusShape status={memberLook(member.state).status} size={13} />
      <Link className="rc-link" href={`/hosts/${member.hostId}`}>
        {member.hostName}
      </Link>
      <span className={classes["memberWord"]}>{look.word}</span>
      {member.reason !== "" && member.state !== "succeeded" && <span className={classes["memberReason"]}>{member.reason}</span>}
    </li>
  );
}
