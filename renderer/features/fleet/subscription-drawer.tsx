import { Drawer, Tabs } from "@mantine/core";
import type { FleetRow } from "#shared/contract/fleets.ts";
import { PolicyForm } from "./policy-form.tsx";
import { SubscriptionHistory } from "./subscription-history.tsx";

type SubscriptionDrawerProps = { readonly fleet: FleetRow; readonly subscriptionId: string | undefined; readonly onClose: () => void };

/** A subscription's policy and the history of its target. */
export function SubscriptionDrawer({ fleet, subscriptionId, onClose }: SubscriptionDrawerProps) {
  const subscription = fleet.groups.flatMap((group) => group.subscriptions).find((one) => one.id === subscriptionId);
  return (
    <Drawer
      opened={subscription !== undefined}
      onClose={onClose}
      position="right"
      size={520}
      title={subscription === undefined ? "" : `${subscription.applicationName} in ${subscription.groupName}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      {subscription !== undefined && (
        <Tabs defaultValue="policy" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="policy">Policy</Tabs.Tab>
            <Tabs.Tab value="history">History</Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="policy" pt="md">
            <PolicyForm key={subscription.id} subscription={subscription} onDone={onClose} />
          </Tabs.Panel>
          <Tabs.Panel value="history" pt="md">
            <SubscriptionHistory subscriptionId={subscription.id} />
          </Tabs.Panel>
        </Tabs>
      )}
    </Drawer>
  );
}
