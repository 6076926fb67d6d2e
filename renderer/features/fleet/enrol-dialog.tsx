import { useState } from "react";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { EnrolWaiting } from "./enrol-waiting.tsx";
import { firstWish, TokenFields, type TokenWish } from "./token-fields.tsx";
import { orderedGroups } from "./view-model.ts";

type EnrolDialogProps = { readonly fleet: FleetRow; readonly groupId: string | undefined; readonly onClose: () => void };

/** Makes a token, shows its one command, and waits for the host to appear. */
export function EnrolDialog({ fleet, groupId, onClose }: EnrolDialogProps) {
  const groups = orderedGroups(fleet);
  const first = groups.find((group) => group.id === groupId) ?? groups[0];
  const [wish, setWish] = useState<TokenWish | undefined>(first && firstWish(first.id));
  const create = useContractAction({
    run: (client, input: TokenWish) => client.tokens.create(input),
    notDone: "No token was created.",
    stale: ["tokens"],
    inline: true,
  });
  if (create.data !== undefined) return <EnrolWaiting fleet={fleet} issued={create.data} onClose={onClose} />;
  if (wish === undefined) return null;
  return (
    <DialogFrame
      title={`Enrol a host into ${fleet.name}`}
      onClose={onClose}
      verb="Create the command"
      onSubmit={() => create.mutate(wish)}
      isReady
      busy={create.isPending}
      error={create.error}
      notDone="No token was created."
    >
      <TokenFields groups={groups} wish={wish} onChange={setWish} />
    </DialogFrame>
  );
}
