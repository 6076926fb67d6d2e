import type { TrustStatus } from "#shared/contract/trust.ts";
import { DialogFrame } from "../../../components/dialog-frame.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import settings from "../settings.module.css";

type OnlineKeysDialogProps = {
  readonly mode: TrustStatus["mode"];
  readonly onClose: () => void;
  readonly onDrafted: (requestId: string) => void;
};

/** Exchanges the keys that the control plane holds itself, after its machine or a backup of it was stolen. */
export function OnlineKeysDialog({ mode, onClose, onDrafted }: OnlineKeysDialogProps) {
  const exchange = useContractAction({
    run: (client) => client.trust.prepare({ intent: { kind: "online-keys" } }),
    notDone: "The control plane signs with the keys that it has.",
    stale: ["trust"],
    inline: true,
    onDone: (made) => (made.state === "open" ? onDrafted(made.id) : onClose()),
  });
  return (
    <DialogFrame
      title="Replace the control plane’s own keys"
      onClose={onClose}
      verb={mode === "server-held" ? "Replace the keys" : "Draft the replacement"}
      onSubmit={() => exchange.mutate(undefined)}
      isReady
      cancelFirst
      busy={exchange.isPending}
      error={exchange.error}
      notDone="The control plane signs with the keys that it has."
    >
      <p className={settings["lead"]}>
        The control plane signs snapshot and timestamp with new keys, and destroys the old ones. Hosts that have seen the new root believe
        those no more. Do it when this machine or a backup of it was stolen; hosts need no new enrolment.
      </p>
      <p className={settings["lead"]}>
        {mode === "server-held"
          ? "That is no defence here: the control plane holds root, too, so whoever has copied its secrets can still sign anything. Only a new control plane, or operators who sign, end that."
          : "A new root says so, which operators sign. The old keys stay in use until they have."}
      </p>
    </DialogFrame>
  );
}
