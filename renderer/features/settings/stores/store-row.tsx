import { ActionIcon, Button, Menu } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { StatusBadge } from "../../../components/status-badge.tsx";
import { TimeAgo } from "../../../components/time-ago.tsx";
import { useContractAction } from "../../../data/use-contract-action.ts";
import { useDenial } from "../../../data/use-principal.ts";
import settings from "../settings.module.css";
import { kindWords, storeAddress, storeLook } from "./store-words.ts";
import classes from "./stores.module.css";

type StoreRowProps = {
  readonly store: StoreEntry;
  /** Why nothing may be changed here, or undefined. */
  readonly denial: string | undefined;
  readonly onOpen: (what: "edit" | "secret" | "remove") => void;
};

/** One store: what it is, where it is, and what the last look at it said. */
export function StoreRow({ store, denial, onOpen }: StoreRowProps) {
  const look = storeLook(store);
  const mayCheck = useDenial("release.publish") === undefined;
  const isLocal = store.settings.kind === "local";
  const check = useContractAction({
    run: (client) => client.stores.check({ storeId: store.id }),
    notDone: `${store.name} was not looked at.`,
    stale: ["stores"],
  });
  return (
    <li className={classes["store"]}>
      <div className={classes["storeWords"]}>
        <div>
          <strong>{store.name}</strong> <span className={settings["soft"]}>{kindWords(store.settings.kind)}</span>
        </div>
        <div className={classes["address"]} translate="no">
          {storeAddress(store.settings)}
        </div>
        {!isLocal && <Checked store={store} />}
      </div>
      <StatusBadge status={look.status} word={look.word} />
      <div className={classes["verbs"]}>
        {!isLocal && mayCheck && (
          <Button
            size="compact-sm"
            variant="default"
            loading={check.isPending}
            onClick={() => check.mutate(undefined)}
            aria-label={`Check ${store.name}`}
          >
            Check
          </Button>
        )}
        {!isLocal && denial === undefined && <StoreMenu name={store.name} kind={store.settings.kind} onOpen={onOpen} />}
      </div>
    </li>
  );
}

function Checked({ store }: { readonly store: StoreEntry }) {
  const { checked } = store;
  if (checked === undefined) return <div className={settings["soft"]}>Nobody has looked at it yet.</div>;
  return (
    <div className={settings["soft"]}>
      Checked <TimeAgo at={checked.at} />: {checked.message}
    </div>
  );
}

type StoreMenuProps = Pick<StoreRowProps, "onOpen"> & { readonly name: string; readonly kind: string };

function StoreMenu({ name, kind, onOpen }: StoreMenuProps) {
  return (
    <Menu position="bottom-end">
      <Menu.Target>
        <ActionIcon variant="default" size={28} aria-label={`More for ${name}`}>
          <IconDots size={16} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.Item onClick={() => onOpen("edit")}>Edit</Menu.Item>
        {kind !== "folder" && <Menu.Item onClick={() => onOpen("secret")}>Replace credentials</Menu.Item>}
        <Menu.Divider />
        <Menu.Item color="red" onClick={() => onOpen("remove")}>
          Remove
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}
