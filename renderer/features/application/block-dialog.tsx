import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

type BlockDialogProps = { readonly application: ApplicationRow; readonly release: ReleaseRow; readonly onClose: () => void };

/** Blocks a release everywhere, or lifts the block. Blocking only takes away, so it can be undone. */
export function BlockDialog({ application, release, onClose }: BlockDialogProps) {
  const isBlocked = release.blocked !== undefined;
  const name = `${application.name} ${release.version}`;
  const change = useContractAction({
    run: (client, reason: string) =>
      isBlocked ? client.releases.unblock({ releaseId: release.id, reason }) : client.releases.block({ releaseId: release.id, reason }),
    notDone: isBlocked ? "It is still blocked." : "It was not blocked.",
    stale: ["releases", "applications", "hosts", "home"],
    inline: true,
    onDone: onClose,
  });
  const running = release.hosts === 1 ? "1 host runs it" : `${release.hosts} hosts run it`;
  return (
    <ReasonDialog
      title={isBlocked ? `Unblock ${name}` : `Block ${name}`}
      verb={isBlocked ? `Unblock ${release.version}` : `Block ${release.version}`}
      onClose={onClose}
      onConfirm={(reason) => change.mutate(reason)}
      busy={change.isPending}
      error={change.error}
      minLength={1}
      danger={!isBlocked}
    >
      <p>
        {isBlocked
          ? "Hosts may be offered it again from this moment on: where it is the target, they begin within the policy."
          : `At once and everywhere: no host is offered ${release.version} any more, and installs that have not begun do not begin. You can unblock it later.`}
      </p>
      {!isBlocked && release.hosts > 0 && (
        <p>
          {running} and {release.hosts === 1 ? "goes" : "go"} on running it: blocking is not a rollback.
        </p>
      )}
    </ReasonDialog>
  );
}
