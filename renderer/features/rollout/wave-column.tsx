import { GateReadingBar } from "../../components/gate-reading-bar.tsx";
import { waveLook } from "../../components/state-status.ts";
import { StatusBadge } from "../../components/status-badge.tsx";
import type { WaveRow } from "#shared/contract/rollouts.ts";
import { HostDots } from "./host-dots.tsx";
import { MemberList } from "./member-list.tsx";
import classes from "./rollout.module.css";
import { gateSummary, selectorText, waveProgress } from "./view-model.ts";

/** One wave: its group, its hosts as dots, and its gate, value against threshold. */
export function WaveColumn({ wave }: { readonly wave: WaveRow }) {
  const look = waveLook(wave.state);
  const hasStarted = wave.state !== "pending" && wave.state !== "skipped";
  return (
    <li className={classes["wave"]} data-state={wave.state}>
      <div className={classes["waveHead"]}>
        <div>
          <div className={classes["ordinal"]}>Wave {wave.ordinal + 1}</div>
          <h2 className={classes["waveName"]}>{wave.groupName}</h2>
        </div>
        <StatusBadge status={look.status} word={look.word} />
      </div>
      <p className={classes["faint"]}>
        {selectorText(wave)} · {waveProgress(wave)}
      </p>
      {hasStarted ? (
        <>
          <HostDots members={wave.members} />
          <div className={classes["gate"]}>
            {wave.readings.map((reading) => (
              <GateReadingBar key={reading.criterion} reading={reading} />
            ))}
          </div>
          <MemberList wave={wave} />
        </>
      ) : (
        <p className={classes["gateQuiet"]}>Gate: {gateSummary(wave)}</p>
      )}
    </li>
  );
}
