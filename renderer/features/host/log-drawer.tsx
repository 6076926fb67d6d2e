import { Drawer } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { applicationId, hostId } from "#shared/lib/ids.ts";
import { useClient } from "../../data/client-context.tsx";
import { clientError } from "../../data/client-error.ts";
import classes from "./log-drawer.module.css";

/** Older text goes, so that a chatty application does not fill the window's memory. */
const KEPT_CHARACTERS = 200_000;

type LogDrawerProps = {
  readonly host: { readonly id: string; readonly name: string };
  readonly application: { readonly applicationId: string; readonly name: string };
  readonly onClose: () => void;
};

/** What an application on a host writes, as it writes it; for as long as this is open, ten minutes at most. */
export function LogDrawer({ host, application, onClose }: LogDrawerProps) {
  const { text, state } = useLog(host.id, application.applicationId);
  const end = useRef<HTMLDivElement>(null);
  useEffect(() => {
    end.current?.scrollIntoView({ block: "end" });
  }, [text]);
  return (
    <Drawer
      opened
      onClose={onClose}
      position="right"
      size={760}
      title={`Log of ${application.name} on ${host.name}`}
      closeButtonProps={{ "aria-label": "Close" }}
    >
      <p className={classes["state"]} role="status">
        {state}
      </p>
      <pre className={classes["log"]} aria-label="Log" tabIndex={0}>
        {text}
        <div ref={end} />
      </pre>
    </Drawer>
  );
}

type Log = { readonly text: string; readonly state: string };

function useLog(host: string, application: string): Log {
  const client = useClient();
  const [log, setLog] = useState<Log>({ text: "", state: "Asking the host…" });
  useEffect(() => {
    const over = new AbortController();
    const follow = async (): Promise<void> => {
      const input = { hostId: hostId.parse(host), applicationId: applicationId.parse(application) };
      const pieces = await client.hosts.followLog(input, { signal: over.signal });
      setLog((before) => ({ ...before, state: "Live. It ends by itself after ten minutes." }));
      for await (const { text } of pieces) setLog((before) => ({ ...before, text: (before.text + text).slice(-KEPT_CHARACTERS) }));
      setLog((before) => ({ ...before, state: "Over. Open it again to follow on." }));
    };
    follow().catch((thrown: unknown) => {
      if (!over.signal.aborted) setLog((before) => ({ ...before, state: clientError(thrown).message }));
    });
    return () => over.abort();
  }, [client, host, application]);
  return log;
}
