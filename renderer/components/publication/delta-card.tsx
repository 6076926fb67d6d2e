import { Button } from "@mantine/core";
import type { DeltaPreparation, PlannedDelta } from "#shared/domain/release/delta-preparation.ts";
import { ProgressTrack } from "../progress-track.tsx";
import { StatusBadge } from "../status-badge.tsx";
import { StatusShape } from "../status-shape.tsx";
import { deltaLook, deltaNote, deltasDone, preparationLook, type DeltaVerb } from "./delta-words.ts";
import classes from "./publication.module.css";

type DeltaCardProps = {
  readonly preparation: DeltaPreparation;
  /** Absent where nothing may be done about it. */
  readonly onCommand: ((command: DeltaVerb) => void) | undefined;
  readonly busy: boolean;
};

/** The making of a release's deltas, which comes before all of its stores: how far it is, each delta, and the verbs. */
export function DeltaCard({ preparation, onCommand, busy }: DeltaCardProps) {
  const look = preparationLook(preparation.state);
  const { state, deltas, message } = preparation;
  const { share, words } = deltasDone(preparation);
  return (
    <section className={classes["card"]} data-state={state} aria-label="Deltas">
      <div className={classes["head"]}>
        <strong>Deltas</strong>
        <StatusBadge status={look.status} word={look.word} />
        {onCommand !== undefined && state !== "done" && (
          <Verbs state={state} hasFailed={deltas.some(isNotMade)} onCommand={onCommand} busy={busy} />
        )}
      </div>
      {state === "done" ? (
        <p className={classes["message"]}>{message}</p>
      ) : (
        <div className={classes["bytes"]}>
          <ProgressTrack share={share} label={words} status={look.status} />
          <span className="rc-num">{words}</span>
        </div>
      )}
      {state === "done" ? (
        <details className={classes["made"]} open={deltas.some(isNotMade)}>
          <summary>Every delta</summary>
          <Deltas deltas={deltas} />
        </details>
      ) : (
        <Deltas deltas={deltas} />
      )}
    </section>
  );
}

type VerbsProps = Pick<DeltaCardProps, "busy"> & {
  readonly state: "making" | "paused";
  readonly hasFailed: boolean;
  readonly onCommand: (command: DeltaVerb) => void;
};

/** One that could not be made: why stands open, and it can be tried again. */
const isNotMade = ({ state }: PlannedDelta): boolean => state === "failed" || state === "skipped";

function Verbs({ state, hasFailed, onCommand, busy }: VerbsProps) {
  const [command, word] = state === "making" ? (["pause", "Pause"] as const) : (["resume", "Resume"] as const);
  return (
    <span className={classes["verbs"]}>
      <Button
        size="compact-xs"
        variant="default"
        disabled={busy}
        onClick={() => onCommand(command)}
        aria-label={`${word} the making of deltas`}
      >
        {word}
      </Button>
      {hasFailed && (
        <Button size="compact-xs" variant="default" disabled={busy} onClick={() => onCommand("retry")}>
          Try failed ones again
        </Button>
      )}
      <Button size="compact-xs" variant="default" disabled={busy} onClick={() => onCommand("skip")}>
        Publish without the rest
      </Button>
    </span>
  );
}

function Deltas({ deltas }: { readonly deltas: readonly PlannedDelta[] }) {
  return (
    <ul className={classes["deltas"]}>
      {deltas.map((one) => {
        const look = deltaLook(one.state);
        return (
          <li key={`${one.artifactSha256} ${one.fromVersion} ${one.fileName}`}>
            <StatusShape status={look.status} size={13} label={look.word} />
            <span className={classes["file"]} title={one.fileName}>
              {one.fileName} <span className={classes["quiet"]}>from {one.fromVersion}</span>
            </span>
            <span className="rc-num">{deltaNote(one)}</span>
          </li>
        );
      })}
    </ul>
  );
}
