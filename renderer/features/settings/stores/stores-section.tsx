import { Button, Menu } from "@mantine/core";
import { IconPackages } from "@tabler/icons-react";
import { useSearchParams } from "wouter";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { Answer } from "../../../components/answer.tsx";
import { EmptyState } from "../../../components/empty-state.tsx";
import { Panel } from "../../../components/panel.tsx";
import { keys } from "../../../data/query-keys.ts";
import { useContractQuery } from "../../../data/use-contract-query.ts";
import { useDenial } from "../../../data/use-principal.ts";
import { useUrlPatch } from "../../../data/use-url-patch.ts";
import settings from "../settings.module.css";
import { RemoveStoreDialog } from "./remove-store-dialog.tsx";
import { SecretDialog } from "./secret-dialog.tsx";
import { StoreDialog } from "./store-dialog.tsx";
import type { AddedKind } from "./store-form.ts";
import { StoreRow } from "./store-row.tsx";
import classes from "./stores.module.css";

const KINDS: readonly { readonly kind: AddedKind; readonly name: string; readonly words: string }[] = [
  { kind: "oci", name: "OCI registry", words: "ghcr.io, Harbor, a registry of your own" },
  { kind: "github", name: "GitHub Releases", words: "of one repository, also on Enterprise" },
  { kind: "folder", name: "Folder", words: "that any web server serves" },
];

const kindOf = (text: string | null): AddedKind | undefined => KINDS.find((one) => one.kind === text)?.kind;

/** The places for releases, each with how it fares, and the ways to add one. */
export function StoresSection() {
  const stores = useContractQuery(keys.stores(), (client, signal) => client.stores.list(undefined, { signal }));
  const denial = useDenial("settings.manage");
  const patch = useUrlPatch();
  return (
    <div className={settings["form"]}>
      <Panel
        title="Stores"
        note="where releases go; hosts ask this control plane for them"
        actions={denial === undefined && <AddMenu onAdd={(kind) => patch({ new: kind })} />}
        flush
      >
        <Answer of={stores}>{(rows) => <StoreList stores={rows} denial={denial} />}</Answer>
      </Panel>
    </div>
  );
}

function AddMenu({ onAdd }: { readonly onAdd: (kind: AddedKind) => void }) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <Button size="compact-sm">Add a store</Button>
      </Menu.Target>
      <Menu.Dropdown>
        {KINDS.map((one) => (
          <Menu.Item key={one.kind} onClick={() => onAdd(one.kind)}>
            {one.name}
            <div className={settings["soft"]}>{one.words}</div>
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

function StoreList({ stores, denial }: { readonly stores: readonly StoreEntry[]; readonly denial: string | undefined }) {
  const [search] = useSearchParams();
  const patch = useUrlPatch();
  const close = () => patch({ new: undefined, edit: undefined, secret: undefined, remove: undefined });
  const find = (name: string) => stores.find((one) => one.id === search.get(name));
  const added = kindOf(search.get("new"));
  const [edited, keyed, removed] = [find("edit"), find("secret"), find("remove")];
  return (
    <>
      <ul className={classes["stores"]}>
        {stores.map((store) => (
          <StoreRow key={store.id} store={store} denial={denial} onOpen={(what) => patch({ [what]: store.id })} />
        ))}
      </ul>
      {stores.length === 1 && (
        <EmptyState
          icon={<IconPackages size={22} stroke={1.6} />}
          title="Only the embedded store so far"
          action={denial === undefined && <Button onClick={() => patch({ new: "oci" })}>Add a registry</Button>}
        >
          A registry, GitHub or a folder keeps your releases where others’ tools find them too, and outlives this machine. Releases are
          brought there resumably, verified, and made visible last.
        </EmptyState>
      )}
      {added !== undefined && <StoreDialog key={added} kind={added} onClose={close} />}
      {edited !== undefined && edited.settings.kind !== "local" && (
        <StoreDialog kind={edited.settings.kind} store={edited} onClose={close} />
      )}
      {keyed !== undefined && <SecretDialog store={keyed} onClose={close} />}
      {removed !== undefined && <RemoveStoreDialog store={removed} onClose={close} />}
    </>
  );
}
