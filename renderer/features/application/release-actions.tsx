import { Button } from "@mantine/core";
import { useState } from "react";
import { useLocation } from "wouter";
import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { ButtonWithReason } from "../../components/button-with-reason.tsx";
import { useDenial } from "../../data/use-principal.ts";
import classes from "./application.module.css";
import { BlockDialog } from "./block-dialog.tsx";
import { DiscardDialog } from "./discard-dialog.tsx";
import { PublishDraftDialog } from "./publish-draft-dialog.tsx";
import { releaseVerbs } from "./view-model.ts";
import { WithdrawDialog } from "./withdraw-dialog.tsx";

type ReleaseActionsProps = {
  readonly application: ApplicationRow;
  readonly release: ReleaseRow;
  readonly onClose: () => void;
  readonly onMoveChannel: () => void;
};

type Dialog = "publish" | "discard" | "block" | "withdraw";

/** The verbs of a release, each by itself: nothing hides another's consequence. */
export function ReleaseActions(props: ReleaseActionsProps) {
  const [dialog, setDialog] = useState<Dialog | undefined>();
  const { release, application } = props;
  const close = () => setDialog(undefined);
  return (
    <div className={classes["verbs"]}>
      {release.state === "draft" ? <DraftVerbs release={release} onPick={setDialog} /> : <PublishedVerbs {...props} onPick={setDialog} />}
      {dialog === "publish" && <PublishDraftDialog application={application} release={release} onClose={close} />}
      {dialog === "discard" && <DiscardDialog release={release} onClose={close} onDone={props.onClose} />}
      {dialog === "block" && <BlockDialog application={application} release={release} onClose={close} />}
      {dialog === "withdraw" && <WithdrawDialog application={application} release={release} onClose={close} />}
    </div>
  );
}

type Pick = { readonly onPick: (dialog: Dialog) => void };

function DraftVerbs({ release, onPick }: Pick & { readonly release: ReleaseRow }) {
  const denied = useDenial("release.publish");
  const denial = denied ?? (release.publishing === undefined ? undefined : "It is on its way to its stores; cancel that first.");
  return (
    <>
      <ButtonWithReason variant="default" reason={denial} onClick={() => onPick("discard")}>
        Discard the draft
      </ButtonWithReason>
      <span className={classes["push"]} />
      <ButtonWithReason reason={denial} onClick={() => onPick("publish")}>
        Publish
      </ButtonWithReason>
    </>
  );
}

function PublishedVerbs({ release, onMoveChannel, onPick }: ReleaseActionsProps & Pick) {
  const [, navigate] = useLocation();
  const verbs = releaseVerbs(release);
  const denied = { block: useDenial("release.block"), withdraw: useDenial("release.withdraw"), control: useDenial("rollout.control") };
  return (
    <>
      <ButtonWithReason variant="default" reason={denied.withdraw ?? verbs.withdraw} onClick={() => onPick("withdraw")}>
        Withdraw
      </ButtonWithReason>
      <ButtonWithReason variant="default" reason={denied.block ?? verbs.block} onClick={() => onPick("block")}>
        {release.blocked === undefined ? "Block" : "Unblock"}
      </ButtonWithReason>
      <span className={classes["push"]} />
      <ButtonWithReason variant="default" reason={denied.control ?? verbs.moveChannel} onClick={onMoveChannel}>
        Move a channel here
      </ButtonWithReason>
      {verbs.rollOut === undefined && denied.control === undefined ? (
        <Button onClick={() => navigate(`/rollouts?new=rollout&release=${release.id}`)}>Start a rollout</Button>
      ) : (
        <ButtonWithReason reason={denied.control ?? verbs.rollOut} onClick={() => undefined}>
          Start a rollout
        </ButtonWithReason>
      )}
    </>
  );
}
