import { Checkbox } from "@mantine/core";
import { Link } from "wouter";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { Panel } from "../../components/panel.tsx";
import { StatusShape } from "../../components/status-shape.tsx";
import { publishStore, type PublishDraft } from "../../stores/publish-store.ts";
import classes from "./publish.module.css";
import { storesOf } from "./store-choice.ts";

type StoresPanelProps = {
  readonly draft: PublishDraft;
  readonly stores: readonly StoreEntry[];
  readonly newest: ReleaseRow | undefined;
  readonly isLocked: boolean;
};

/** Which stores the release goes to. With only the embedded one there is nothing to choose, and nothing is shown. */
export function StoresPanel({ draft, stores, newest, isLocked }: StoresPanelProps) {
  if (stores.length < 2) return null;
  const { value: chosen, from } = storesOf(draft, stores, newest);
  const toggle = (id: string, isOn: boolean) =>
    publishStore.getState().choose({ stores: isOn ? [...chosen, id] : chosen.filter((one) => one !== id) });
  return (
    <Panel
      title="Where it goes"
      note={from}
      actions={
        <Link className="rc-link" href="/settings/stores">
          Stores
        </Link>
      }
    >
      <div className={classes["storeChoices"]}>
        {stores.map((store) => (
          <Checkbox
            key={store.id}
            label={store.name}
            description={<Health store={store} />}
            checked={chosen.includes(store.id)}
            onChange={(event) => toggle(store.id, event.currentTarget.checked)}
            disabled={isLocked}
          />
        ))}
      </div>
    </Panel>
  );
}

function Health({ store }: { readonly store: StoreEntry }) {
  if (store.settings.kind === "local") return "Embedded in this control plane.";
  if (store.checked === undefined) return "Nobody has looked at it yet.";
  if (store.checked.ok) return store.checked.message;
  return (
    <>
      <StatusShape status="failed" size={12} label="Not usable" /> {store.checked.message}
    </>
  );
}
