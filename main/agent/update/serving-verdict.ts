import type { HostFailure } from "#shared/domain/host/reported.ts";
import type { ControlPlaneContact } from "../net/control-plane-contact.ts";
import type { UnitService } from "../process/unit-service.ts";
import { withDeadMan } from "./cut-off.ts";
import type { Journal } from "./journal.ts";
import { judgeProbation, type Verdict } from "./probation.ts";
import { isSameRelease } from "./release-identity.ts";
import { lastGoodBefore } from "./way-back.ts";

type Watched = Pick<UnitService, "runnable" | "observe" | "lateFailure" | "judge">;

/** What probation says of the version that serves; undefined while it is not in one, or not supervised yet. */
export function probationVerdict(
  { serving }: Pick<Journal, "serving">,
  service: Watched,
  { lastHeardMs }: Pick<ControlPlaneContact, "lastHeardMs">,
  atMs: number,
): Verdict | undefined {
  const { runnable } = service;
  if (serving.state !== "probation" || runnable === undefined || !isSameRelease(runnable.release, serving.release)) return undefined;
  if (service.judge !== undefined) return service.judge(atMs);
  const seen = service.observe(serving.crashes);
  if (seen === undefined) return undefined;
  const contact = { wasReached: serving.wasReached === true, startedAtMs: seen.startedAtMs, lastHeardMs };
  return withDeadMan(judgeProbation(seen, runnable.runSpec, atMs), runnable.runSpec.revertWhenCutOffMs, contact, atMs);
}

/** Why a version that had passed its probation is to be taken back; undefined, too, when there is none to go back to. */
export function lateFailure(journal: Journal, service: Watched, minimumVersion: string | undefined): HostFailure | undefined {
  const { serving } = journal;
  if (serving.state !== "healthy" || !isSameRelease(service.runnable?.release, serving.release)) return undefined;
  return lastGoodBefore(journal, serving.release, minimumVersion) === undefined ? undefined : service.lateFailure();
}
