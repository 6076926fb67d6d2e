import { Button } from "@mantine/core";
import { useStore } from "zustand";
import { StatusShape } from "../components/status-shape.tsx";
import { coreStore } from "../data/core-store.ts";
import { desktopShell } from "../data/shell.ts";
import classes from "./notice.module.css";

/** On the desktop: says why the control plane of this computer does not run and what to do, and offers to start it again. */
export function ShellNotice() {
  const core = useStore(coreStore, (state) => state.core);
  if (core?.state !== "stopped") return null;
  return (
    <div role="alert" className={classes["notice"]}>
      <StatusShape status="failed" size={15} />
      <span>
        <strong>{core.message}</strong> {core.next}
      </span>
      <Button
        size="compact-xs"
        variant="default"
        onClick={() =>
          void desktopShell()
            ?.connect()
            .catch(() => undefined)
        }
      >
        Try again
      </Button>
    </div>
  );
}
