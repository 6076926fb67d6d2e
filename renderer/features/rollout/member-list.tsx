import { UnstyledButton } from "@mantine/core";
import { useState } from "react";
import { Link } from "wouter";
import type { WaveRow } from "#shared/contract/rollouts.ts";
import { memberLook, phaseLook } from "../../components/state-status.ts";
import { StatusShape } from "../../components/status-shape.tsx";
import classes from "./rollout.module.css";
import { sortMembers } from "./view-model.ts";

/** Rows shown before "show all": enough for what needs eyes. */
const FIRST = 6;
/** Rows shown at the most; the fleet's table, which is virtual, has them all. */
const MOST = 200;

/** The hosts of a wave in words: the way to each by keyboard, and why it is where it is. */
export function MemberList({ wave }: { readonly wave: WaveRow }) {
  const [showsAll, setShowsAll] = useState(false);
  const sorted = sortMembers(wave.members);
  const shown = sorted.slice(0, showsAll ? MOST : FIRST);
  return (
    <div>
      <ul className={classes["members"]} aria-label={`Hosts of ${wave.groupName}`}>
        {shown.map((member) => {
          const look = member.state === "updating" ? phaseLook(member.phase) : memberLook(member.state);
          return (
            <li key={`${member.hostId}${member.subscriptionId}`} className={classes["member"]}>
              <StatusShape status={memberLook(member.state).status} size={13} />
              <Link className="rc-link" href={`/hosts/${member.hostId}`}>
                {member.hostName}
              </Link>
              <span className={classes["memberWord"]}>{look.word}</span>
              {member.reason !== "" && member.state !== "succeeded" && <span className={classes["memberReason"]}>{member.reason}</span>}
            </li>
          );
        })}
      </ul>
      {sorted.length > FIRST && (
        <UnstyledButton className={classes["more"]} onClick={() => setShowsAll(!showsAll)} aria-expanded={showsAll}>
          {showsAll ? "Show fewer" : `Show all ${sorted.length}`}
        </UnstyledButton>
      )}
    </div>
  );
}
