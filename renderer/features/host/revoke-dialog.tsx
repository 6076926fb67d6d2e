import type { HostRow } from "#shared/contract/fleets.ts";
import { ConfirmByTyping } from "../../components/confirm-by-typing.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Takes a host's identity away for good. */
export function RevokeDialog({ host, onClose }: { readonly host: HostRow; readonly onClose: () => void }) {
  const revoke = useContractAction({
    run: (client, reason: string) => client.hosts.revoke({ hostId: host.id, reason }),
    notDone: "The host was not revoked.",
    stale: ["hosts", "fleets", "home"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ConfirmByTyping
      title={`Revoke ${host.name}`}
      verb="Revoke the host"
      name={host.name}
      needsReason
      onClose={onClose}
      onConfirm={(reason) => revoke.mutate(reason)}
      busy={revoke.isPending}
      error={revoke.error}
    >
      <p>
        Its key is refused from this moment, and its link is cut. What runs on it keeps running, unwatched. This cannot be undone: the
        machine comes back only by enrolling again.
      </p>
    </ConfirmByTyping>
  );
}
