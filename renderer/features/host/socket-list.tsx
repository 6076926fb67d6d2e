import { swapNote } from "#shared/domain/host/listening-note.ts";
import type { ReportedListening } from "#shared/domain/host/reported.ts";
import { Note } from "./note.tsx";
import classes from "./reported.module.css";

/** The sockets that the host holds for an application, and whether its next change of versions is noticed. */
export function SocketList({ listening }: { readonly listening: ReportedListening }) {
  return (
    <div className={classes["sockets"]}>
      <span className={classes["faint"]}>{listening.sockets.length === 1 ? "Socket" : "Sockets"}</span>
      <ul aria-label="Sockets" className={classes["socketList"]}>
        {listening.sockets.map(({ name, address }) => (
          <li key={name} className={classes["socket"]} title={address} translate="no">
            <strong>{name}</strong> <span>{address}</span>
          </li>
        ))}
      </ul>
      <Note status={listening.swap === "overlap" ? "healthy" : "paused"}>{swapNote(listening)}</Note>
    </div>
  );
}
