import { Select } from "@mantine/core";
import { useSearchParams } from "wouter";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { storeId as storeIdSchema } from "#shared/lib/ids.ts";
import { Answer } from "../../components/answer.tsx";
import { DialogFrame } from "../../components/dialog-frame.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { useUrlPatch } from "../../data/use-url-patch.ts";
import { AdoptFound } from "./adopt-found.tsx";
import { foundWords } from "./adoption.ts";
import classes from "./application.module.css";

type AdoptDialogProps = { readonly application: ApplicationRow; readonly onClose: () => void };

/** Brings in a release that lies in a store: pick the store, pick the release, look at it, adopt it as a draft. */
export function AdoptDialog({ application, onClose }: AdoptDialogProps) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal }));
  const asked = search.get("store") ?? stores.data?.find((one) => one.settings.kind !== "local")?.id ?? stores.data?.[0]?.id;
  const store = storeIdSchema.safeParse(asked);
  const reference = search.get("reference");
  if (store.success && reference !== null)
    return (
      <AdoptFound
        key={reference}
        application={application}
        storeId={store.data}
        reference={reference}
        onBack={() => patch({ reference: undefined })}
        onClose={onClose}
      />
    );
  return (
    <DialogFrame
      title="Bring in a release from a store"
      onClose={onClose}
      onSubmit={() => undefined}
      isReady={false}
      busy={false}
      error={null}
      size={640}
    >
      <Answer of={stores}>
        {(rows) => (
          <Select
            label="Store"
            data={rows.map((one) => ({ value: one.id, label: one.name }))}
            value={asked ?? null}
            onChange={(id) => patch({ store: id ?? undefined })}
            allowDeselect={false}
            data-autofocus
          />
        )}
      </Answer>
      {store.success && (
        <FoundList application={application} storeId={store.data} onPick={(picked) => patch({ store: store.data, reference: picked })} />
      )}
    </DialogFrame>
  );
}

type FoundListProps = {
  readonly application: ApplicationRow;
  readonly storeId: ReturnType<typeof storeIdSchema.parse>;
  readonly onPick: (reference: string) => void;
};

function FoundList({ application, storeId, onPick }: FoundListProps) {
  const found = useContractQuery(keys.foundReleases(storeId, application.id), (client, signal) =>
    client.stores.discover({ storeId, applicationId: application.id }, { signal }),
  );
  return (
    <Answer of={found} lines={5}>
      {(rows) =>
        rows.length === 0 ? (
          <p className={classes["faint"]}>
            Nothing lies there for {application.name}. What other tools push under its product id shows up here.
          </p>
        ) : (
          <ul className={classes["found"]} aria-label="Releases in this store">
            {rows.map((one) => (
              <li key={one.reference}>
                <button type="button" onClick={() => onPick(one.reference)}>
                  <strong translate="no">{one.reference}</strong>
                  <span className={classes["faint"]}>{foundWords(one)}</span>
                </button>
              </li>
            ))}
          </ul>
        )
      }
    </Answer>
  );
}
