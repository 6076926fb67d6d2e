import { Button } from "@mantine/core";
import { useState } from "react";
import type { StoreEntry, StoreSecret } from "#shared/domain/store/store.ts";
import { DialogFrame } from "../../../components/dialog-frame.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import settings from "../settings.module.css";
import { SecretFields } from "./store-fields.tsx";
import { readSecret, toStoreForm } from "./store-form.ts";

/** Replaces the credentials of a store and looks whether they work, or removes them. What was there is never shown. */
export function SecretDialog({ store, onClose }: { readonly store: StoreEntry; readonly onClose: () => void }) {
  const [form, setForm] = useState(() => toStoreForm(store));
  const secret = readSecret(form);
  const save = useContractAction({
    run: async (client, wanted: StoreSecret | null) => {
      await client.stores.setSecret({ storeId: store.id, secret: wanted });
      return client.stores.check({ storeId: store.id });
    },
    notDone: "The credentials are as they were.",
    stale: ["stores", "audit"],
    inline: true,
    onDone: onClose,
  });
  return (
    <DialogFrame
      title={`Credentials of ${store.name}`}
      onClose={onClose}
      verb="Replace and check"
      onSubmit={() => secret !== undefined && save.mutate(secret)}
      isReady={secret !== undefined}
      busy={save.isPending}
      error={save.error}
      notDone="The credentials may be as they were; check the store."
    >
      <p className={settings["lead"]}>
        {store.hasSecret ? "There are credentials. They are replaced by these and cannot be read back." : "There are none yet."} What stands
        still for want of credentials can be resumed afterwards.
      </p>
      <SecretFields form={form} problems={{}} onChange={setForm} />
      {store.hasSecret && (
        <Button variant="default" size="compact-sm" onClick={() => save.mutate(null)} loading={save.isPending}>
          Remove the credentials
        </Button>
      )}
    </DialogFrame>
  );
}
