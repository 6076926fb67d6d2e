import type { SubscriptionRow } from "#shared/contract/fleets.ts";
import { ReasonDialog } from "../../components/reason-dialog.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";

/** Resuming asks: hosts may begin to update the moment it is done. */
export function ResumeDialog({ subscription, onClose }: { readonly subscription: SubscriptionRow; readonly onClose: () => void }) {
  const resume = useContractAction({
    run: (client, reason: string) => client.subscriptions.resume({ subscriptionId: subscription.id, reason }),
    notDone: "It is still paused.",
    stale: ["fleets", "home"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ReasonDialog
      title={`Resume ${subscription.applicationName} in ${subscription.groupName}`}
      verb="Resume"
      onClose={onClose}
      onConfirm={(reason) => resume.mutate(reason)}
      busy={resume.isPending}
      error={resume.error}
    >
      <p>
        Hosts of {subscription.groupName} are offered {subscription.targetVersion ?? "their target"} again, within the policy. A paused
        rollout stays paused.
      </p>
    </ReasonDialog>
  );
}
