import { Button } from "@mantine/core";
import { useState } from "react";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { DialogFrame } from "../../../components/dialog-frame.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import settings from "../settings.module.css";
import { StoreFields } from "./store-fields.tsx";
import { emptyStoreForm, readStoreForm, toStoreForm, type AddedKind, type StoreForm } from "./store-form.ts";

type StoreDialogProps = { readonly kind: AddedKind; readonly store?: StoreEntry; readonly onClose: () => void };

const TITLES: Readonly<Record<AddedKind, string>> = {
  oci: "Add an OCI registry",
  github: "Add GitHub Releases",
  folder: "Add a folder",
};

/** Adds a store after a look at it, or changes one. One that cannot be used is added only when somebody says so. */
export function StoreDialog({ kind, store, onClose }: StoreDialogProps) {
  const [form, setForm] = useState<StoreForm>(() => (store === undefined ? emptyStoreForm(kind) : toStoreForm(store)));
  const [showsProblems, setShowsProblems] = useState(false);
  const reading = readStoreForm(form, store?.hasSecret === true);
  const save = useSave(store, onClose);
  const notDone = store === undefined ? "The store was not added." : "The store is as it was.";
  const submit = (unchecked: boolean) => {
    if (reading.problems === undefined) save.mutate({ ...reading, unchecked });
    else setShowsProblems(true);
  };
  return (
    <DialogFrame
      title={store === undefined ? TITLES[kind] : `Edit ${store.name}`}
      onClose={onClose}
      verb={store === undefined ? "Check and add" : "Save and check"}
      onSubmit={() => submit(false)}
      isReady
      busy={save.isPending}
      error={save.error}
      notDone={notDone}
      size={560}
    >
      <StoreFields form={form} problems={showsProblems ? (reading.problems ?? {}) : {}} isNew={store === undefined} onChange={setForm} />
      {store === undefined && save.error !== null && (
        <p className={settings["soft"]}>
          It may be that it cannot be reached from here now.{" "}
          <Button size="compact-xs" variant="default" onClick={() => submit(true)} loading={save.isPending}>
            Add it unchecked
          </Button>
        </p>
      )}
    </DialogFrame>
  );
}

type Save = Exclude<ReturnType<typeof readStoreForm>, { readonly problems: object }> & { readonly unchecked: boolean };

function useSave(store: StoreEntry | undefined, onClose: () => void) {
  return useContractAction({
    run: async (client, { name, settings: wanted, secret, unchecked }: Save) => {
      if (store === undefined)
        return client.stores.create({ name, settings: wanted, unchecked, ...(secret === undefined ? {} : { secret }) });
      const saved = await client.stores.update({ storeId: store.id, revision: store.revision, name, settings: wanted });
      return client.stores.check({ storeId: saved.id });
    },
    notDone: "Nothing was saved.",
    stale: ["stores", "audit"],
    inline: true,
    onDone: onClose,
  });
}
