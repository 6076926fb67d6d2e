import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import { ConfirmByTyping } from "../../components/confirm-by-typing.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

type WithdrawDialogProps = { readonly application: ApplicationRow; readonly release: ReleaseRow; readonly onClose: () => void };

/** Withdraws a release for good: its signature ends, hosts that run it stay. */
export function WithdrawDialog({ application, release, onClose }: WithdrawDialogProps) {
  const withdraw = useContractAction({
    run: (client, reason: string) => client.releases.withdraw({ releaseId: release.id, reason }),
    notDone: "It was not withdrawn.",
    stale: ["releases", "applications", "home"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ConfirmByTyping
      title={`Withdraw ${application.name} ${release.version}`}
      verb="Withdraw it for good"
      name={release.version}
      onClose={onClose}
      onConfirm={(reason) => withdraw.mutate(reason)}
      busy={withdraw.isPending}
      error={withdraw.error}
      needsReason
    >
      <p>
        Its signature ends: no host can install {release.version} again, not even by a rollback that needs a download. This cannot be
        undone; to stop it for now, block it instead.
      </p>
      <p>
        {release.hosts === 0
          ? "No host runs it."
          : `${release.hosts} ${release.hosts === 1 ? "host runs" : "hosts run"} it and are left alone.`}
      </p>
    </ConfirmByTyping>
  );
}
