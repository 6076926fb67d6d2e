import { Answer } from "../../components/answer.tsx";
import { keys } from "../../data/query-keys.ts";
import { useContractQuery } from "../../data/use-contract-query.ts";
import { GeneralForm } from "./general-form.tsx";

/** Name, addresses, how hosts report, and how long things are kept. */
export function GeneralSection() {
  const settings = useContractQuery(keys.settings(), (client, signal) => client.settings.get(undefined, { signal }));
  return <Answer of={settings}>{(stored) => <GeneralForm stored={stored} />}</Answer>;
}
