import type { ReactNode } from "react";
import type { PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import type { Publication, PublicationStep } from "#shared/domain/publication/publication.ts";
import { fromWire } from "#shared/errors/app-error.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import { Countdown } from "../countdown.tsx";
import { ErrorPanel } from "../error-panel.tsx";
import { StatusBadge } from "../status-badge.tsx";
import { ProgressTrack } from "../progress-track.tsx";
import { StatusShape } from "../status-shape.tsx";
import { JobVerbs } from "./job-verbs.tsx";
import { bytesWords, fileSteps, phaseLooks, publicationLook } from "./publication-words.ts";
import classes from "./publication.module.css";

type PublicationCardProps = {
  readonly publication: Publication;
  readonly storeName: string;
  /** The newest samples of its bytes, while somebody looks. */
  readonly samples: readonly TransferSample[];
  /** Absent where nothing may be done about it. */
  readonly onCommand?: ((command: PublicationCommand) => void) | undefined;
  readonly busy: boolean;
  /** Leads to what must be signed. */
  readonly signing?: ReactNode;
};

/** One release on its way to one store: phases, files, what stands in the way, and the verbs, always in the same place. */
export function PublicationCard({ publication, storeName, samples, onCommand, busy, signing }: PublicationCardProps) {
  const look = publicationLook(publication);
  const { state, retryAt, error, message } = publication;
  const about = `the publication to ${storeName}${retryAt === undefined ? "" : ", which waits for its next try"}`;
  return (
    <section className={classes["card"]} data-state={state} aria-label={`Publication to ${storeName}`}>
      <div className={classes["head"]}>
        <strong>{storeName}</strong>
        <StatusBadge status={look.status} word={look.word} />
        {state === "completed" && <span className={classes["quiet"]}>{bytesWords(publication, [])}</span>}
        {onCommand !== undefined && <JobVerbs state={state} about={about} onCommand={onCommand} busy={busy} />}
      </div>
      {state !== "completed" && <Phases publication={publication} />}
      {publication.totalBytes > 0 && state !== "cancelled" && state !== "completed" && <Bar publication={publication} samples={samples} />}
      {state === "running" || state === "paused" || state === "failed" ? <Files steps={fileSteps(publication)} /> : null}
      {message !== "" && error === undefined && <p className={classes["message"]}>{message}</p>}
      {error !== undefined && state === "failed" && (
        <ErrorPanel error={fromWire(error)} notDone="What has arrived stays; the version is not visible there yet." />
      )}
      {error !== undefined && state !== "failed" && (
        <p className={classes["message"]}>
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {retryAt !== undefined && (
        <p className={classes["message"]}>
          Tries again by itself in <Countdown at={retryAt} over="a moment" />; what has arrived stays.
        </p>
      )}
      {signing}
    </section>
  );
}

function Phases({ publication }: { readonly publication: Publication }) {
  return (
    <ol className={classes["phases"]}>
      {phaseLooks(publication).map((one) => (
        <li key={one.phase} data-status={one.status}>
          <StatusShape status={one.status} size={13} label={one.word} /> {one.name}
        </li>
      ))}
    </ol>
  );
}

function Bar({ publication, samples }: Pick<PublicationCardProps, "publication" | "samples">) {
  const share = publication.doneBytes / publication.totalBytes;
  const words = bytesWords(publication, samples);
  return (
    <div className={classes["bytes"]}>
      <ProgressTrack share={share} label={words} status={share >= 1 ? "healthy" : publicationLook(publication).status} />
      <span className="rc-num">{words}</span>
    </div>
  );
}

/** Files by themselves, once there are several: one bar says it all for a single one. */
function Files({ steps }: { readonly steps: readonly PublicationStep[] }) {
  if (steps.length < 2) return null;
  return (
    <ul className={classes["files"]}>
      {steps.map((step) => (
        <li key={step.id}>
          <span className={classes["file"]} title={step.title}>
            {step.title}
          </span>
          <ProgressTrack
            share={step.totalBytes === 0 ? 0 : step.doneBytes / step.totalBytes}
            label={`${step.title}: ${bytesWords(step, [])}`}
            status={step.state === "done" ? "healthy" : "progressing"}
          />
          <span className="rc-num">{bytesWords(step, [])}</span>
        </li>
      ))}
    </ul>
  );
}
