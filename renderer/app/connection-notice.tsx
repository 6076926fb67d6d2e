import { StatusShape } from "../components/status-shape.tsx";
import type { ConnectionView } from "../data/connection-store.ts";
import classes from "./notice.module.css";

/** Says in plain words that what stands on screen is old, and that actions are refused until it is not. */
export function ConnectionNotice({ connection }: { readonly connection: ConnectionView }) {
  if (connection.kind !== "offline") return null;
  return (
    <div role="alert" className={classes["notice"]}>
      <StatusShape status="failed" size={15} />
      <span>
        <strong>The control plane does not answer.</strong> You see what was last known. Actions are refused, not queued. Hosts keep serving
        and revert by themselves; we try again every few seconds.
      </span>
    </div>
  );
}
