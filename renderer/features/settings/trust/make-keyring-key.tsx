import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import { displayName } from "#shared/lib/scalars.ts";
import type { KeyringKey } from "#shared/contract/shell.ts";
import { toAppError } from "#shared/errors/app-error.ts";
import { ErrorPanel, type ShownError } from "../../../components/error-panel.tsx";
import { desktopShell } from "../../../data/shell.ts";
import classes from "./trust.module.css";

/** Makes an operator's key in this computer's keyring, which keeps the private half. Only the desktop's window can. */
export function MakeKeyringKey({ onMade }: { readonly onMade: (key: KeyringKey) => void }) {
  const [label, setLabel] = useState("");
  const [error, setError] = useState<ShownError | null>(null);
  const name = displayName.safeParse(label.trim());
  const make = async () => {
    if (!name.success) return;
    setError(null);
    try {
      const key = await desktopShell()?.trust.createKey(name.data);
      if (key !== undefined) onMade(key);
      setLabel("");
    } catch (thrown) {
      setError(toAppError(thrown));
    }
  };
  return (
    <>
      <div className={classes["keyring"]}>
        <TextInput
          size="xs"
          aria-label="Name of a new key in this computer’s keyring"
          placeholder="ana’s laptop"
          value={label}
          onChange={(event) => setLabel(event.currentTarget.value)}
          maxLength={80}
        />
        <Button size="compact-sm" variant="default" disabled={!name.success} onClick={() => void make()}>
          Make a key in this computer’s keyring
        </Button>
      </div>
      {error !== null && <ErrorPanel error={error} notDone="No key was made." />}
    </>
  );
}
