import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { releaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { grantId, type GrantId } from "#shared/lib/ids.ts";
import { DurableDocument } from "../state/durable-document.ts";
import type { ApplicationUnit } from "../update/application-unit.ts";
import type { InstalledRelease, Journal, PhaseNote, TargetRelease } from "../update/journal.ts";
import { isLive } from "../update/lease.ts";
import { findQuarantine } from "../update/quarantine.ts";
import { toRunningRelease } from "../update/release-identity.ts";
import { isOpen, type Attempt } from "./attempt.ts";
import type { AttemptLog } from "./attempt-log.ts";
import { chooseRollback, servingRelease } from "./ipc-views.ts";
import type { UpdateAuthority } from "./update-authority.ts";
import type { UpdateLocks } from "./update-locks.ts";

/** What orders act on. */
export type OrderPorts = {
  readonly unit: ApplicationUnit;
  readonly attempts: AttemptLog;
  readonly locks: UpdateLocks;
  readonly authority: UpdateAuthority;
  /** Where manifests of this disk's releases are kept. */
  readonly releases: string;
  readonly now: () => number;
  readonly nowMs: () => number;
};

/** An order of the host itself may take so long; a restarted agent gives it anew. */
const ORDER_LEASE_MS = 86_400_000;

/** Updates and rollbacks that the application asks for: allowed or refused at once, and ended by an attempt's outcome. */
export class ApplicationOrders {
  readonly #ports: OrderPorts;

  constructor(ports: OrderPorts) {
    this.#ports = ports;
  }

  /** Goes on with what an earlier run of the agent was ordered. */
  resume(): void {
    const open = this.#ports.attempts.order;
    if (open?.order !== undefined) this.#give(open, open.order);
  }

  /**
   * Begins an update to a version, or finds the attempt that brings it already.
   *
   * @throws AppError CONFLICT_STATE when it serves already or a lock holds, POLICY_* when it is refused, NOT_FOUND, REMOTE_*.
   */
  async update(version: string, signal: AbortSignal): Promise<Attempt> {
    const { unit, attempts, authority } = this.#ports;
    const { serving } = unit.journal;
    this.#checkLocks();
    if (serving.state === "healthy" && serving.release.version === version)
      throw new AppError("CONFLICT_STATE", `Version ${version} serves already; nothing was changed.`);
    const underWay = grantOnTheWay(unit.journal, version);
    const known = (underWay && attempts.find(underWay)) ?? (await this.#granted(version));
    if (known !== undefined) {
      authority.proceed(underWay ?? known.attemptId);
      return known;
    }
    const target = await authority.find(version, signal);
    this.#checkQuarantine(target);
    return this.#order("update", target);
  }

  /**
   * Goes back to a version of this disk, and keeps the one that serves now out for a while: else whoever offers it would
   * bring it straight back.
   *
   * @throws AppError POLICY_REFUSED when the host's own file does not allow it, POLICY_NO_ROLLBACK_TARGET, CONFLICT_STATE.
   */
  async rollback(version: string | undefined, reason: string): Promise<Attempt> {
    const { unit, authority, now } = this.#ports;
    if (!(await authority.mayRollBack(unit.productId)))
      throw new AppError(
        "POLICY_REFUSED",
        "This host's own file does not let the application go back by itself (allowLocalRollback); nothing was changed.",
      );
    this.#checkLocks();
    const from = servingRelease(unit.journal);
    const to = chooseRollback(unit.journal, version, now());
    if (to === undefined || from === undefined)
      throw new AppError(
        "POLICY_NO_ROLLBACK_TARGET",
        `This disk holds no other ${version ?? "version that has served well"} to go back to; nothing was changed.`,
      );
    const target = await this.#toTarget(to);
    await unit.quarantine(from, `Taken back by the application itself: ${reason}`.slice(0, 500));
    return this.#order("rollback", target);
  }

  /** Draws the consequence of a phase: a rollback that did not come about keeps nothing out. */
  async entered(note: PhaseNote): Promise<void> {
    const { attempts, unit } = this.#ports;
    const ended = note.grantId && attempts.find(note.grantId);
    if (ended === undefined || isOpen(ended) || ended.by !== "application" || ended.kind !== "rollback") return;
    if (ended.outcome !== "healthy" && ended.from !== undefined) await unit.liftQuarantine(ended.from.releaseId);
  }

  /** The attempt that a live grant for this version is about to begin. */
  async #granted(version: string): Promise<Attempt | undefined> {
    const { unit, attempts, nowMs } = this.#ports;
    const { wanted, journal } = unit;
    if (wanted?.target.version !== version) return undefined;
    this.#checkQuarantine(wanted.target);
    if (wanted.hold !== undefined) throw new AppError("POLICY_REFUSED", `Version ${version} is held: ${wanted.hold}. Nothing was changed.`);
    const { grant, target } = wanted;
    if (grant === undefined || !isLive(grant, nowMs()) || journal.spentGrants.includes(grant.grantId)) return undefined;
    return attempts.expect(grant.grantId, target, servingRelease(journal));
  }

  #checkQuarantine(target: TargetRelease): void {
    const { unit, now } = this.#ports;
    const entry = findQuarantine(unit.journal.quarantine, target, now());
    if (entry === undefined) return;
    throw new AppError("POLICY_QUARANTINED", `This host took version ${target.version} back before: ${entry.reason} Nothing was changed.`);
  }

  #checkLocks(): void {
    const [lock] = this.#ports.locks.live();
    if (lock === undefined) return;
    throw new AppError(
      "CONFLICT_STATE",
      `The application's own lock holds updates back until ${new Date(lock.until).toISOString()} (${lock.reason}); give it back first. Nothing was changed.`,
    );
  }

  async #order(kind: Attempt["kind"], target: TargetRelease): Promise<Attempt> {
    const { unit, attempts } = this.#ports;
    const attempt = await attempts.begin(grantId.parse(randomUUID()), kind, target, servingRelease(unit.journal));
    this.#give(attempt, target);
    return attempt;
  }

  #give({ attemptId }: Attempt, target: TargetRelease): void {
    const { unit, nowMs } = this.#ports;
    const lease = { receivedAtMs: nowMs(), leaseMs: ORDER_LEASE_MS };
    unit.setOrder({ target, grant: { grantId: attemptId, ...lease } });
    unit.go(attemptId, lease);
  }

  async #toTarget(kept: InstalledRelease): Promise<TargetRelease> {
    const { value } = await new DurableDocument(join(this.#ports.releases, `${kept.releaseId}.json`), releaseManifest).read();
    const artifact = value?.artifacts.find((one) => one.digests.sha256 === kept.digest);
    if (artifact === undefined)
      throw new AppError(
        "POLICY_NO_ROLLBACK_TARGET",
        `What was signed about version ${kept.version} is not on this disk any more; nothing was changed.`,
      );
    return { ...toRunningRelease(kept), sizeBytes: artifact.sizeBytes };
  }
}

/** The grant under which a version is being prepared, switched to or tried out. */
function grantOnTheWay({ candidate, serving }: Journal, version: string): GrantId | undefined {
  if (candidate?.target.version === version) return candidate.grantId;
  if (serving.state === "switching" && serving.to.version === version) return serving.grantId;
  return serving.state === "probation" && serving.release.version === version ? serving.grantId : undefined;
}
