import type { ReactNode } from "react";
import type { AdoptedRelease, Adoption } from "#shared/domain/adoption/adoption.ts";
import type { PublicationCommand } from "#shared/domain/publication/publication-command.ts";
import { fromWire } from "#shared/errors/app-error.ts";
import type { ReleaseId } from "#shared/lib/ids.ts";
import type { TransferSample } from "#shared/lib/transfer-rate.ts";
import { Countdown } from "../countdown.tsx";
import { ErrorPanel } from "../error-panel.tsx";
import { ProgressTrack } from "../progress-track.tsx";
import { StatusBadge } from "../status-badge.tsx";
import { adoptedLook, adoptionLook, adoptionName, adoptionShare, shareWords } from "./adoption-words.ts";
import { JobVerbs } from "./job-verbs.tsx";
import { bytesWords } from "./publication-words.ts";
import classes from "./publication.module.css";

type AdoptionCardProps = {
  readonly adoption: Adoption;
  readonly storeName: string;
  /** The newest samples of its bytes, while somebody looks. */
  readonly samples: readonly TransferSample[];
  /** Absent where nothing may be done about it. */
  readonly onCommand?: ((command: PublicationCommand) => void) | undefined;
  readonly busy: boolean;
  /** Leads to the draft of a release that is here. */
  readonly draftLink: (releaseId: ReleaseId, version: string) => ReactNode;
  /** Takes it out of sight, once it has ended. */
  readonly dismiss?: ReactNode;
};

/** Releases of a store on their way to being drafts: how far each is, what stands in the way, and the verbs. */
export function AdoptionCard({ adoption, storeName, samples, onCommand, busy, draftLink, dismiss }: AdoptionCardProps) {
  const look = adoptionLook(adoption);
  const { state, message, releases } = adoption;
  const name = `${adoptionName(adoption)} from ${storeName}`;
  const isEnded = state === "completed" || state === "cancelled";
  return (
    <section className={classes["card"]} data-state={state} aria-label={`Adoption of ${name}`}>
      <div className={classes["head"]}>
        <strong>{name}</strong>
        <StatusBadge status={look.status} word={look.word} />
        {onCommand !== undefined && !isEnded && (
          <JobVerbs state={state} about={`the adoption of ${name}`} onCommand={onCommand} busy={busy} />
        )}
        {isEnded && dismiss !== undefined && <span className={classes["verbs"]}>{dismiss}</span>}
      </div>
      {adoption.totalBytes > 0 && (state === "running" || state === "paused") && (
        <div className={classes["bytes"]}>
          <ProgressTrack share={adoptionShare(adoption)} label={shareWords(adoption, samples)} status={look.status} />
          <span className="rc-num">{shareWords(adoption, samples)}</span>
        </div>
      )}
      {message !== "" && <p className={classes["message"]}>{message}</p>}
      {releases.map((release) => (
        <Release key={release.version} release={release} state={state} draftLink={draftLink} isAlone={releases.length === 1} />
      ))}
    </section>
  );
}

type ReleaseProps = Pick<AdoptionCardProps, "draftLink"> & {
  readonly release: AdoptedRelease;
  readonly state: Adoption["state"];
  readonly isAlone: boolean;
};

/** One of them; of a single one the head has said its name and state already. */
function Release({ release, state, draftLink, isAlone }: ReleaseProps) {
  const { reference, version, error, retryAt, releaseId } = release;
  const look = adoptedLook(release, state);
  return (
    <>
      {(!isAlone || releaseId !== undefined) && (
        <div className={classes["release"]}>
          {!isAlone && <span className={classes["file"]}>{reference}</span>}
          {!isAlone && <StatusBadge status={look.status} word={look.word} />}
          {!isAlone && release.state === "running" && release.totalBytes > 0 && <span className="rc-num">{bytesWords(release, [])}</span>}
          {releaseId !== undefined && draftLink(releaseId, version)}
        </div>
      )}
      {error !== undefined && release.state === "failed" && <ErrorPanel error={fromWire(error)} />}
      {error !== undefined && release.state !== "failed" && (
        <p className={classes["message"]}>
          {error.message} <code>{error.code}</code>
        </p>
      )}
      {retryAt !== undefined && (
        <p className={classes["message"]}>
          No draft was made yet. Tries again by itself in <Countdown at={retryAt} over="a moment" />; files that have arrived stay.
        </p>
      )}
    </>
  );
}
