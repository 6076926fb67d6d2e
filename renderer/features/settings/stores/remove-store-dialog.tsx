import type { StoreEntry } from "#shared/domain/store/store.ts";
import { ConfirmByTyping } from "../../../components/confirm-by-typing.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { storeAddress } from "./store-words.ts";

/** Forgets a store and its credentials; what lies there stays there. */
export function RemoveStoreDialog({ store, onClose }: { readonly store: StoreEntry; readonly onClose: () => void }) {
  const remove = useContractAction({
    run: (client) => client.stores.remove({ storeId: store.id }),
    notDone: "The store was not removed.",
    stale: ["stores", "audit"],
    inline: true,
    onDone: onClose,
  });
  return (
    <ConfirmByTyping
      title={`Remove ${store.name}`}
      verb="Remove the store"
      name={store.name}
      onClose={onClose}
      onConfirm={() => remove.mutate(undefined)}
      busy={remove.isPending}
      error={remove.error}
    >
      <p>
        Rollcall forgets {storeAddress(store.settings)} and its credentials. What lies there stays there. It is refused while releases are
        served from it or are on their way.
      </p>
    </ConfirmByTyping>
  );
}
