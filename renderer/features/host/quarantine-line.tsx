import { Button } from "@mantine/core";
import { useState } from "react";
import type { HostDetail } from "#shared/contract/fleets.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { TimeAgo } from "../../components/time-ago.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./reported.module.css";

type Reported = HostDetail["reported"][number];
type Quarantine = Reported["quarantine"][number];

type LineProps = {
  readonly host: HostDetail["host"];
  readonly reported: Reported;
  readonly quarantine: Quarantine;
  readonly version: string;
  /** The application's name. */
  readonly name: string;
};

/** A release that this host will not install again, until when, and the way to let it in. */
export function QuarantineLine({ host, reported, quarantine, version, name }: LineProps) {
  const denial = useDenial("host.manage");
  const [isLifting, setLifting] = useState(false);
  const { at, expiresAt, reason } = quarantine;
  // The failure above has told it already.
  const isTold = reason === reported.failure?.message;
  return (
    <div className={classes["quarantine"]}>
      <div>
        <strong>{version} is in quarantine here</strong> · put there <TimeAgo at={at} />
        {expiresAt !== undefined && (
          <>
            {" "}
            · ends <TimeAgo at={expiresAt} />
          </>
        )}
        {!isTold && <div className={classes["faint"]}>{reason}</div>}
      </div>
      <Button size="compact-xs" variant="default" disabled={denial !== undefined} onClick={() => setLifting(true)}>
        Lift
      </Button>
      {isLifting && (
        <LiftDialog
          host={host}
          reported={reported}
          quarantine={quarantine}
          title={`Let ${name} ${version} install here again`}
          onClose={() => setLifting(false)}
        />
      )}
    </div>
  );
}

type LiftProps = Pick<LineProps, "host" | "reported" | "quarantine"> & { readonly title: string; readonly onClose: () => void };

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
