import { Progress } from "@mantine/core";
import type { SystemStatus } from "#shared/contract/system.ts";
import { formatBytes, formatDuration } from "#shared/lib/format.ts";
import { Answer } from "../../components/answer.tsx";
import { useNow } from "../../components/clock.ts";
import { CopyLine } from "../../components/copy-line.tsx";
import { FactList } from "../../components/fact-list.tsx";
import { Panel } from "../../components/panel.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./settings.module.css";

/** Where the data lies, how much there is, and what runs here. */
export function AboutSection() {
  const status = useContractQuery(keys.status(), (client, signal) => client.system.status(undefined, { signal }));
  return (
    <Answer of={status}>
      {(system) => (
        <div className={classes["form"]}>
          <StoragePanel storage={system.storage} />
          <AboutPanel system={system} />
        </div>
      )}
    </Answer>
  );
}

function StoragePanel({ storage }: { readonly storage: SystemStatus["storage"] }) {
  const used = storage.databaseBytes + storage.blobBytes;
  const share = (used / Math.max(1, used + storage.freeBytes)) * 100;
  return (
    <Panel title="Storage">
      <div className={classes["fields"]}>
        <div>
          <Progress value={share} size="sm" aria-label="Disk used by Rollcall" />
          <p className={classes["soft"]}>
            {formatBytes(used)} used by Rollcall, {formatBytes(storage.freeBytes)} free on this disk
          </p>
        </div>
        <FactList
          layout="tiles"
          facts={[
            {
              name: "Artifacts",
              value: `${storage.blobCount} ${storage.blobCount === 1 ? "file" : "files"}, ${formatBytes(storage.blobBytes)}`,
            },
            { name: "Database", value: formatBytes(storage.databaseBytes) },
          ]}
        />
        <div>
          <p className={classes["soft"]}>Data folder. Back it up while Rollcall is stopped, or with an export.</p>
          <CopyLine text={storage.dataFolder} what="the path" />
        </div>
      </div>
    </Panel>
  );
}

function AboutPanel({ system }: { readonly system: SystemStatus }) {
  const now = useNow(1000);
  return (
    <Panel title="About">
      <FactList
        facts={[
          { name: "Rollcall", value: system.version },
          { name: "Runs as", value: system.shell === "desktop" ? "the desktop application" : "a server" },
          { name: "Up for", value: <span className="rc-num">{formatDuration(now - system.startedAt)}</span> },
          { name: "Reached at", value: system.urls.length === 0 ? "this computer only" : system.urls.join(", ") },
          { name: "Hosts", value: `${system.agents.connected} connected of ${system.agents.enrolled} enrolled` },
          { name: "Licence", value: "Apache-2.0" },
        ]}
      />
    </Panel>
  );
}
