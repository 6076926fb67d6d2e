import { Button } from "@mantine/core";
import { CopyLine } from "../../components/copy-line.tsx";
import { Countdown } from "../../components/countdown.tsx";
import { Panel } from "../../components/panel.tsx";
import { useContractAction } from "../../data/use-contract-action.ts";
import classes from "./settings.module.css";

/** A link that logs another browser in, once. */
export function LoginLinkPanel() {
  const create = useContractAction({
    run: (client, _input: undefined) => client.access.createLoginLink(),
    notDone: "No link was made.",
    stale: [],
  });
  const link = create.data;
  return (
    <Panel title="Log in another browser">
      <p className={classes["lead"]}>
        A one-time link opens a session with your rights. It works once and for ten minutes; whoever opens it is you.
      </p>
      {link === undefined ? (
        <Button variant="default" loading={create.isPending} onClick={() => create.mutate(undefined)}>
          Make a login link
        </Button>
      ) : (
        <div className={classes["fields"]}>
          <CopyLine text={link.url} what="the login link" />
          <span className={classes["soft"]}>
            Expires in <Countdown at={link.expiresAt} over="no time: it expired" />
          </span>
        </div>
      )}
    </Panel>
  );
}
