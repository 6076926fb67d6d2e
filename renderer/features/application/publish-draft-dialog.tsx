import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import { platformsOf } from "./view-model.ts";

type PublishDraftDialogProps = { readonly application: ApplicationRow; readonly release: ReleaseRow; readonly onClose: () => void };

/** The last moment for second thoughts: publishing signs the manifest, and nothing of it can be changed afterwards. */
export function PublishDraftDialog({ application, release, onClose }: PublishDraftDialogProps) {
  const publish = useContractAction({
    run: (client) => client.releases.publish({ releaseId: release.id }),
    notDone: "It is still a draft.",
    stale: ["releases", "applications", "home"],
    inline: true,
    onDone: onClose,
  });
  return (
    <DialogFrame
      title={`Publish ${application.name} ${release.version}`}
      onClose={onClose}
      verb={`Publish ${release.version} to the local store`}
      onSubmit={() => publish.mutate(undefined)}
      isReady
      busy={publish.isPending}
      error={publish.error}
      notDone="It is still a draft."
    >
      <p>
        The manifest of {platformsOf(release).join(", ")} is signed and stored. From then on version, files and run spec stay as they are.
        No host gets it before a rollout starts or a channel moves.
      </p>
    </DialogFrame>
  );
}
