import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { useStore } from "zustand";
import type { TrustStatus } from "#shared/contract/trust.ts";
import type { SigningRequest } from "#shared/domain/trust/signing-request.ts";
import { ButtonWithReason } from "../../../components/button-with-reason.tsx";
import { CopyLine } from "../../../components/copy-line.tsx";
import { ErrorPanel } from "../../../components/error-panel.tsx";
import { Panel } from "../../../components/panel.tsx";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { useDenial } from "../../../data/use-principal.ts";
import { quorumDraftStore } from "../../../stores/quorum-draft-store.ts";
import settings from "../settings.module.css";
import { QuorumFields } from "./quorum-fields.tsx";
import { readQuorum } from "./quorum-reading.ts";
import { isPresentQuorum, quorumRequest, takeoverSteps, type StepLook } from "./takeover-steps.ts";
import { CREATE_KEY_CLI, RECOVERY_KEY_CLI } from "./trust-lines.ts";
import classes from "./trust.module.css";

type TakeoverPanelProps = {
  readonly status: TrustStatus;
  readonly requests: readonly SigningRequest[];
  readonly onOpenRequest: (id: string) => void;
  readonly onClose: () => void;
};

/** The guided way from server-held to operator-held keys, and from some operators to others; hosts follow by themselves. */
export function TakeoverPanel({ status, requests, onOpenRequest, onClose }: TakeoverPanelProps) {
  const draft = useStore(quorumDraftStore);
  const reading = readQuorum(draft);
  const request = quorumRequest(requests);
  const isInForce = isPresentQuorum(draft, status);
  const steps = takeoverSteps(request, isInForce ? "in-force" : reading.quorum === undefined ? "incomplete" : "ready");
  const isTakeover = status.mode === "server-held";
  return (
    <Panel
      title={isTakeover ? "Hand signing over to operators" : "Change who signs"}
      note="hosts follow without enrolling again"
      actions={
        <Button size="compact-sm" variant="subtle" onClick={onClose}>
          Close
        </Button>
      }
    >
      <ol className={classes["guide"]}>
        <Step look={steps.keys} title="Every operator makes a key of their own">
          <p className={settings["soft"]}>
            On their own computer, or in the desktop application’s keyring. The private half never leaves it.
          </p>
          <CopyLine text={CREATE_KEY_CLI} what="the command" />
          <p className={settings["soft"]}>And one recovery key, which is printed or put on a stick and locked away:</p>
          <CopyLine text={RECOVERY_KEY_CLI} what="the command for the recovery key" />
          {request === undefined && <QuorumFields />}
        </Step>
        <Step look={steps.draft} title="Draft the change">
          <DraftButton
            isTakeover={isTakeover}
            missing={isInForce ? ["These are the keys that sign already."] : reading.missing}
            isOpen={request !== undefined}
            onDrafted={onOpenRequest}
          />
        </Step>
        <Step look={steps.sign} title="Operators sign it">
          <p className={settings["soft"]}>
            {isTakeover ? "The server’s key signs by itself this once; " : ""}
            each operator compares the fingerprint, signs, and the signatures are brought back here.
          </p>
          {request !== undefined && (
            <Button size="compact-sm" onClick={() => onOpenRequest(request.id)}>
              Open the request
            </Button>
          )}
        </Step>
        <Step look={steps.done} title={isTakeover ? "The server’s own keys are destroyed" : "The new keys are in force"}>
          <p className={settings["soft"]}>
            {isTakeover
              ? "From then on this control plane cannot sign a release. There is no way back but another such change, signed by the operators. Make new enrolment tokens afterwards: they pin the new root."
              : "Keys that are left out sign nothing any more. Hosts learn of it with their next check."}
          </p>
        </Step>
      </ol>
    </Panel>
  );
}

function Step({ look, title, children }: { readonly look: StepLook; readonly title: string; readonly children: ReactNode }) {
  return (
    <li>
      <div className={classes["guideHead"]}>
        <h3>{title}</h3>
        <StatusBadge status={look.status} word={look.word} />
      </div>
      {children}
    </li>
  );
}

type DraftButtonProps = {
  readonly isTakeover: boolean;
  readonly missing: readonly string[];
  readonly isOpen: boolean;
  readonly onDrafted: (id: string) => void;
};

function DraftButton({ isTakeover, missing, isOpen, onDrafted }: DraftButtonProps) {
  const denial = useDenial("trust.manage");
  const prepare = useContractAction({
    run: (client) => {
      const { quorum } = readQuorum(quorumDraftStore.getState());
      return client.trust.prepare({ intent: { kind: "quorum", quorum: quorum ?? { threshold: 1, keys: [] } } });
    },
    notDone: "Nothing was drafted; the keys are as they were.",
    stale: ["trust"],
    inline: true,
    onDone: (made) => onDrafted(made.id),
  });
  if (isOpen) return null;
  return (
    <>
      <ButtonWithReason
        size="compact-sm"
        reason={denial ?? missing[0]}
        loading={prepare.isPending}
        onClick={() => prepare.mutate(undefined)}
      >
        {isTakeover ? "Draft the hand-over" : "Draft the change"}
      </ButtonWithReason>
      {missing[0] !== undefined && <p className={settings["soft"]}>{missing[0]}</p>}
      {prepare.error !== null && <ErrorPanel error={prepare.error} notDone="Nothing was drafted; the keys are as they were." />}
    </>
  );
}
