import type { ReleaseRow } from "#shared/contract/applications.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

type DiscardDialogProps = { readonly release: ReleaseRow; readonly onClose: () => void; readonly onDone: () => void };

/** Throws a draft away. Nobody was ever offered it, but its files are gone with it. */
export function DiscardDialog({ release, onClose, onDone }: DiscardDialogProps) {
  const discard = useContractAction({
    run: (client) => client.releases.discardDraft({ releaseId: release.id }),
    notDone: "The draft was not discarded.",
    stale: ["releases", "applications"],
    inline: true,
    onDone,
  });
  return (
    <DialogFrame
      title={`Discard the draft of ${release.version}`}
      onClose={onClose}
      verb="Discard the draft"
      onSubmit={() => discard.mutate(undefined)}
      isReady
      busy={discard.isPending}
      error={discard.error}
      danger
      cancelFirst
    >
      <p>Nobody was offered it. Its notes and run spec are gone; its files have to be dropped again.</p>
    </DialogFrame>
  );
}
