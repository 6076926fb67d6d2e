import { Button } from "@mantine/core";
import { useState } from "react";
import type { HostDetail } from "#shared/contract/fleets.ts";
import { listeningNote } from "#shared/domain/host/listening-note.ts";
import { slotNotes } from "#shared/domain/host/slot-notes.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { VersionTag } from "../../components/version-tag.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./host.module.css";
import { versionOfRelease } from "./view-model.ts";

type Reported = HostDetail["reported"][number];
type Quarantine = Reported["quarantine"][number];

/** What the host runs otherwise than it was signed, or waits for. */
function SlotNotes({ reported }: { readonly reported: Reported }) {
  return slotNotes(reported).map((note) => (
    <div key={note} className={classes["faint"]}>
      <StatusShape status="paused" size={13} label="Note" /> {note}
    </div>
  ));
}

/** Failure, slots kept for a rollback without a download, and releases that the host will not install again. */
export function ReportedDetails({
  reported,
  detail,
  name,
}: {
  readonly reported: Reported;
  readonly detail: HostDetail;
  readonly name: string;
}) {
  const { host } = detail;
  const listening = listeningNote(reported.listening);
  const [lifting, setLifting] = useState<Quarantine | undefined>();
  const versionOf = (one: Quarantine): string => versionOfRelease(detail, one.releaseId) ?? `release ${one.digest.slice(0, 12)}`;
  return (
    <div className={classes["details"]}>
      {reported.failure !== undefined && (
        <div className={classes["failure"]}>
          <StatusShape status="failed" size={15} />
          <div>
            {reported.failure.message}
            {reported.failure.logTail !== undefined && <pre className={classes["log"]}>{reported.failure.logTail}</pre>}
          </div>
        </div>
      )}
      {reported.updateLock !== undefined && <UpdateLockLine {...reported.updateLock} />}
      {listening !== undefined && <div className={classes["faint"]}>{listening}</div>}
      <SlotNotes reported={reported} />
      {reported.slots.length > 0 && (
        <div className={classes["slots"]}>
          <span className={classes["faint"]}>Kept on the host, ready without a download</span>
          {reported.slots.map((slot) => (
            <VersionTag key={slot.digest} version={slot.version} tone="quiet" />
          ))}
        </div>
      )}
      {reported.quarantine.map((one) => (
        <QuarantineLine key={one.digest} quarantine={one} version={versionOf(one)} onLift={() => setLifting(one)} />
      ))}
      {lifting !== undefined && (
        <LiftDialog
          host={host}
          reported={reported}
          quarantine={lifting}
          title={`Let ${name} ${versionOf(lifting)} install here again`}
          onClose={() => setLifting(undefined)}
        />
      )}
    </div>
  );
}

function QuarantineLine({
  quarantine,
  version,
  onLift,
}: {
  readonly quarantine: Quarantine;
  readonly version: string;
  readonly onLift: () => void;
}) {
  const denial = useDenial("host.manage");
  return (
    <div className={classes["quarantine"]}>
      <span>
        <strong>Quarantined here:</strong> {version}, {quarantine.reason}, <TimeAgo at={quarantine.at} />
        {quarantine.expiresAt !== undefined && (
          <>
            {" "}
            · ends <TimeAgo at={quarantine.expiresAt} />
          </>
        )}
      </span>
      <Button size="compact-xs" variant="default" disabled={denial !== undefined} onClick={onLift}>
        Lift
      </Button>
    </div>
  );
}

type LiftProps = {
  readonly host: HostDetail["host"];
  readonly reported: Reported;
  readonly quarantine: Quarantine;
  readonly title: string;
  readonly onClose: () => void;
};

function LiftDialog({ host, reported, quarantine, title, onClose }: LiftProps) {
  const lift = useContractAction({
    run: (client, reason: string) =>
      client.hosts.liftQuarantine({ hostId: host.id, applicationId: reported.applicationId, releaseId: quarantine.releaseId, reason }),
    notDone: "The quarantine stands.",
    stale: ["hosts"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ReasonDialog
      title={title}
      verb="Lift the quarantine"
      minLength={1}
      onClose={onClose}
      onConfirm={(reason) => lift.mutate(reason)}
      busy={lift.isPending}
      error={lift.error}
    >
      <p>The host may install it again as soon as it is offered. If it fails again, the host reverts and quarantines it again.</p>
    </ReasonDialog>
  );
}

/** "Not now", in the application's own words. */
function UpdateLockLine({ reason, until }: NonNullable<Reported["updateLock"]>) {
  return (
    <div>
      <strong>Not now, says the application:</strong> {reason}
      <span className={classes["faint"]}>
        {" "}
        · ends <TimeAgo at={until} />
      </span>
    </div>
  );
}
