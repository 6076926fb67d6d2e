import { formatBytes } from "#shared/lib/format.ts";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import classes from "./application.module.css";

/** How far the files are that are being fetched from the store. */
export function AdoptProgress({ names }: { readonly names: readonly string[] }) {
  const uploads =
    useContractQuery(keys.uploads(), (client, signal) => client.uploads.list(undefined, { signal }), { everyMs: 1000 }).data ?? [];
  const own = names.flatMap((name) => uploads.find((one) => one.fileName === name && one.state !== "consumed") ?? []);
  const done = own.reduce((sum, one) => sum + one.receivedBytes, 0);
  const all = own.reduce((sum, one) => sum + one.sizeBytes, 0);
  return (
    <p className={classes["faint"]} role="status">
      Fetching {names.length === 1 ? "1 file" : `${names.length} files`}
      {all > 0 && `: ${formatBytes(done)} of ${formatBytes(all)}`}. They are verified before they become a draft.
    </p>
  );
}
