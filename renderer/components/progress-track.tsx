import type { Status } from "../styles/status-tokens.ts";
import classes from "./progress-track.module.css";

type ProgressTrackProps = {
  /** 0 to 1; what is above is drawn as 1. */
  readonly share: number;
  /** What moves and how far it is: the words that stand beside the bar. */
  readonly label: string;
  readonly status: Status;
};

/** How far bytes have moved. */
export function ProgressTrack({ share, label, status }: ProgressTrackProps) {
  return (
    <div className={classes["track"]} role="progressbar" aria-label={label} aria-valuenow={Math.round(share * 100)}>
      <div data-status={status} style={{ width: `${Math.min(1, share) * 100}%` }} />
    </div>
  );
}
