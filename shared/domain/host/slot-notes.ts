import { formatBytes } from "../../lib/format.ts";
import type { ReportedApplication } from "./reported.ts";

/** What an operator should know of how one host runs an application, a sentence each; nothing when all is as signed. */
export function slotNotes(told: Pick<ReportedApplication, "waiting" | "ownRunSpec" | "overBudgetBytes">): readonly string[] {
  const { waiting, ownRunSpec, overBudgetBytes } = told;
  const asked = waiting?.attempts === 1 ? "asked once" : `asked ${waiting?.attempts ?? 0} times`;
  const words = waiting?.said === "" ? "" : `: ${waiting?.said ?? ""}`;
  return [
    ...(ownRunSpec === true ? ["Runs by the run spec of this host’s own file, which stands in place of the signed one."] : []),
    ...(waiting === undefined ? [] : [`The new version waits for its hook, which said not now (${asked})${words}`]),
    ...(overBudgetBytes === undefined
      ? []
      : [`The versions that must stay take ${formatBytes(overBudgetBytes)} more than the disk budget.`]),
  ];
}
