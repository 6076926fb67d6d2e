import { Button } from "@mantine/core";
import { CopyLine } from "../components/copy-line.tsx";
import classes from "./logged-out.module.css";

/** No session, or one that ended. There are no passwords: a one-time link from a shell opens a session. */
export function LoggedOutScreen() {
  return (
    <main className={classes["page"]}>
      <div className={classes["card"]}>
        <img src="/mark.svg" alt="" width={40} height={40} />
        <h1>You are logged out</h1>
        <p>
          Rollcall has no passwords. Print a one-time link where the control plane runs, and open it in this browser. The link works once
          and for ten minutes.
        </p>
        <CopyLine text="rollcall login --link" what="the command" />
        <Button variant="default" onClick={() => location.reload()}>
          Try again
        </Button>
      </div>
    </main>
  );
}
