import classes from "./bars.module.css";
import { gateLine, type GateMotion, type ShownReading } from "./gate-reading.ts";
import { StatusShape } from "./status-shape.tsx";

/** One line of a gate: its value against its threshold. */
export function GateReadingBar({ reading, motion = "judged" }: { readonly reading: ShownReading; readonly motion?: GateMotion }) {
  const line = gateLine(reading, motion);
  return (
    <div className={classes["gate"]}>
      <div className={classes["gateHead"]}>
        <span className={classes["gateName"]}>
          <StatusShape status={line.status} size={13} label={reading.met ? "holds" : "does not hold yet"} />
          {line.name}
        </span>
        <span className={classes["gateValue"]}>
          {line.value} <span className={classes["gateLimit"]}>{line.limit}</span>
        </span>
      </div>
      <div className={classes["gateTrack"]} aria-hidden="true">
        <div className={classes["gateFill"]} data-status={line.status} style={{ width: `${line.fraction * 100}%` }} />
      </div>
      {reading.note !== undefined && <div className={classes["gateNote"]}>{reading.note}</div>}
    </div>
  );
}
