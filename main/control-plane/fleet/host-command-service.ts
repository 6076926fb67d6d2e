import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { commandId, hostId as hostIdSchema, type ApplicationId, type CommandId, type HostId, type ReleaseId } from "#shared/lib/ids.ts";
import type { CommandBody } from "#shared/protocol/control-frames.ts";
import type { Store, WriteUnit } from "../db/store.ts";
import { findHostApplication, findOpenCommand, isQuarantinedThere, type HostApplication } from "./command-rows.ts";
import type { LinkSeam } from "./fleet-ports.ts";
import { HostRepository, type HostRecord } from "./host-repository.ts";
import { recordHostChange } from "./record-host-change.ts";

/** Longest log that a host is asked for, in bytes. */
const LOG_BYTES = 60_000;

/** A restart or a look into logs that comes later than this is not what the operator meant. */
const PROMPT_TTL_MS = 10 * 60_000;

/** A quarantine may be lifted on a host that is away for the day. */
const PATIENT_TTL_MS = 24 * 3_600_000;

type Order = { readonly hostId: HostId; readonly applicationId: ApplicationId; readonly reason?: string };
type Draft = { readonly body: CommandBody; readonly ttlMs: number; readonly message: (application: HostApplication) => string };

/**
 * Orders outside the desired state. While an equal order to the same host waits or runs, asking again answers that one:
 * a double click restarts once.
 */
export class HostCommandService {
  readonly #store: Store;
  readonly #link: Pick<LinkSeam, "issueCommands">;

  constructor(store: Store, link: Pick<LinkSeam, "issueCommands">) {
    this.#store = store;
    this.#link = link;
  }

  /** @throws AppError NOT_FOUND, HOST_REVOKED, HOST_PENDING_APPROVAL. */
  restart(who: Principal, order: Order): Promise<CommandId> {
    const body = { kind: "restart", applicationId: order.applicationId } as const;
    return this.#issue(who, order, { body, ttlMs: PROMPT_TTL_MS, message: ({ name }) => `Restart of ${name} ordered by ${who.name}.` });
  }

  /** Asks for the end of the application's log; it comes with the command's outcome. @throws as `restart` does. */
  collectLogs(who: Principal, order: Order): Promise<CommandId> {
    const body = { kind: "collect-logs", applicationId: order.applicationId, maxBytes: LOG_BYTES } as const;
    return this.#issue(who, order, { body, ttlMs: PROMPT_TTL_MS, message: ({ name }) => `Logs of ${name} asked for by ${who.name}.` });
  }

  /** Lets the host install the release again. @throws as `restart` does, and CONFLICT_STATE when it is not quarantined there. */
  liftQuarantine(who: Principal, order: Order & { readonly releaseId: ReleaseId }): Promise<CommandId> {
    const body = { kind: "lift-quarantine", applicationId: order.applicationId, releaseId: order.releaseId } as const;
    const message = ({ name }: HostApplication): string => `Lift of the quarantine of a release of ${name} ordered by ${who.name}.`;
    return this.#issue(who, order, { body, ttlMs: PATIENT_TTL_MS, message });
  }

  #issue(who: Principal, order: Order, draft: Draft): Promise<CommandId> {
    return this.#store.write(async (unit) => {
      const host = await new HostRepository(unit.db, who.fleets).require(order.hostId);
      refuseOutsider(host);
      const application = await findHostApplication(unit.db, host, order.applicationId);
      if (application === undefined) throw new AppError("NOT_FOUND", `"${host.name}" has no such application; nothing was ordered.`);
      await refusePointless(unit, host, draft.body);
      const open = await findOpenCommand(unit.db, host.id, draft.body, unit.now);
      if (open !== undefined) return commandId.parse(open);
      const { body, ttlMs } = draft;
      const command = { hostId: hostIdSchema.parse(host.id), fleetId: host.fleetId, body, ttlMs, actor: who.name };
      const [id] = await this.#link.issueCommands(unit, [command]);
      if (id === undefined) throw new TypeError("one order gives one command");
      const details = { application: application.name, command: body.kind, commandId: id };
      const message = draft.message(application);
      const { applicationId, reason } = order;
      await recordHostChange(unit, who, host, {
        action: "command.issued",
        message,
        applicationId,
        details,
        ...(reason === undefined ? {} : { reason }),
      });
      return id;
    });
  }
}

function refuseOutsider(host: HostRecord): void {
  if (host.state === "revoked") throw new AppError("HOST_REVOKED", `The host "${host.name}" is revoked; nothing was ordered.`);
  if (host.state === "pending") {
    throw new AppError("HOST_PENDING_APPROVAL", `The host "${host.name}" waits for approval; nothing was ordered.`);
  }
}

async function refusePointless(unit: WriteUnit, host: HostRecord, body: CommandBody): Promise<void> {
  if (body.kind !== "lift-quarantine" || (await isQuarantinedThere(unit.db, host.id, body))) return;
  throw new AppError("CONFLICT_STATE", `That release is not quarantined on "${host.name}"; nothing was ordered.`);
}
