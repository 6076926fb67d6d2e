import { MultiSelect, Radio, Stack } from "@mantine/core";
import { useState } from "react";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import type { FleetRow } from "#shared/contract/fleets.ts";
import type { TrustStatus } from "#shared/contract/trust.ts";
import { DialogFrame } from "../../../components/dialog-frame.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import settings from "../settings.module.css";

type AcceptDialogProps = {
  readonly fleet: FleetRow;
  readonly applications: readonly ApplicationRow[];
  readonly status: TrustStatus;
  readonly onClose: () => void;
  readonly onDrafted: (requestId: string) => void;
};

/** Says which applications the hosts of a fleet install; they refuse every other, whoever asks. */
export function AcceptDialog({ fleet, applications, status, onClose, onDrafted }: AcceptDialogProps) {
  const present = status.acceptance.find((one) => one.fleetId === fleet.id)?.products;
  const [isLimited, setLimited] = useState(present !== undefined);
  const [products, setProducts] = useState<string[]>(present ?? []);
  const save = useContractAction({
    run: (client) => client.trust.prepare({ intent: { kind: "accept", fleetId: fleet.id, products: isLimited ? products : "all" } }),
    notDone: "The rule is as it was.",
    stale: ["trust", "fleets"],
    inline: true,
    onDone: (made) => (made.state === "open" ? onDrafted(made.id) : onClose()),
  });
  const isSame = isLimited === (present !== undefined) && products.toSorted().join() === (present ?? []).toSorted().join();
  return (
    <DialogFrame
      title={`Applications that ${fleet.name} accepts`}
      onClose={onClose}
      verb={status.mode === "server-held" ? "Sign the rule" : "Draft the rule"}
      onSubmit={() => save.mutate(undefined)}
      isReady={!isSame}
      busy={save.isPending}
      error={save.error}
      notDone="The rule is as it was."
    >
      <p className={settings["lead"]}>Hosts of this fleet refuse to install anything else. What runs there already is left alone.</p>
      <Radio.Group label="Accepts" value={isLimited ? "listed" : "all"} onChange={(value) => setLimited(value === "listed")}>
        <Stack gap={8} mt={8}>
          <Radio value="all" label="Every application" description="Also those that are registered later." />
          <Radio value="listed" label="Only these" />
        </Stack>
      </Radio.Group>
      {isLimited && (
        <MultiSelect
          aria-label="Accepted applications"
          data={applications.map((one) => ({ value: one.productId, label: `${one.name} (${one.productId})` }))}
          value={products}
          onChange={setProducts}
          placeholder={products.length === 0 ? "No application at all" : ""}
          searchable
        />
      )}
    </DialogFrame>
  );
}
