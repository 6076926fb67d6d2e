import { GateReadingBar } from "../../components/gate-reading-bar.tsx";
import { StatusBadge } from "../../components/status-badge.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import type { RolloutRow, WaveRow } from "#shared/contract/rollouts.ts";
import { HostDots, PlannedDots } from "./host-dots.tsx";
import { MemberList } from "./member-list.tsx";
import classes from "./rollout.module.css";
import { gateMotion, gateSummary, passedSummary, selectorText, waveLookIn, waveProgress } from "./view-model.ts";

type WaveColumnProps = { readonly wave: WaveRow; readonly rollout: RolloutRow; readonly isLast: boolean };

/** One wave: its group, its hosts as dots, and its gate, value against threshold while it is judged. */
export function WaveColumn({ wave, rollout, isLast }: WaveColumnProps) {
  const look = waveLookIn(wave, rollout);
  return (
    <li className={classes["wave"]} data-state={wave.state}>
      <div className={classes["waveHead"]}>
        <span className={classes["ordinal"]}>Wave {wave.ordinal + 1}</span>
        <StatusBadge status={look.status} word={look.word} />
      </div>
      <h2 className={classes["waveName"]}>{wave.groupName}</h2>
      <p className={classes["faint"]}>
        {selectorText(wave)} · {waveProgress(wave)}
      </p>
      <WaveBody wave={wave} rollout={rollout} isLast={isLast} />
    </li>
  );
}

function WaveBody({ wave, rollout, isLast }: WaveColumnProps) {
  switch (wave.state) {
    case "pending":
      return (
        <>
          <PlannedDots count={wave.plannedMembers} />
          <p className={classes["gateQuiet"]}>
            <strong>Gate:</strong> {gateSummary(wave, isLast)}
          </p>
        </>
      );
    case "skipped":
      return <p className={classes["gateQuiet"]}>It never opened.</p>;
    case "passed":
      return (
        <>
          <HostDots members={wave.members} />
          <p className={classes["gateQuiet"]}>
            <strong>Gate held:</strong> {passedSummary(wave)}
            {wave.finishedAt !== undefined && (
              <>
                {" "}
                · <TimeAgo at={wave.finishedAt} />
              </>
            )}
          </p>
          <MemberList wave={wave} />
        </>
      );
    case "open":
    case "baking":
    case "tripped":
      return (
        <>
          <HostDots members={wave.members} />
          <div className={classes["gate"]}>
            {wave.readings.map((reading) => (
              <GateReadingBar key={reading.criterion} reading={reading} motion={gateMotion(wave, rollout)} />
            ))}
          </div>
          <MemberList wave={wave} />
        </>
      );
  }
}
