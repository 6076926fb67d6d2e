import type { CoreState } from "#shared/contract/shell.ts";
import type { Activity } from "../host/core-messages.ts";

/** The tray's one line about everything: what needs a person comes first. */
export function traySummary(core: CoreState, activity: Activity): string {
  if (core.state === "starting") return "Rollcall is starting";
  if (core.state === "restarting") return "Rollcall restarts its control plane";
  if (core.state === "stopped") return "Rollcall's control plane does not run";
  const parts = [
    activity.attention.length > 0 ? `${activity.attention.length} need${activity.attention.length === 1 ? "s" : ""} you` : "",
    activity.moving > 0 ? `${activity.moving} rollout${activity.moving === 1 ? "" : "s"} moving` : "",
  ].filter((part) => part !== "");
  return parts.length === 0 ? "Rollcall: all quiet" : `Rollcall: ${parts.join(", ")}`;
}
