import type { Principal } from "#shared/domain/access/permission.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { hostId as hostIdSchema, type ApplicationId, type HostId } from "#shared/lib/ids.ts";
import type { Store } from "../db/store.ts";
import { findHostApplication } from "./command-rows.ts";
import type { LinkSeam } from "./fleet-ports.ts";
import { HostRepository } from "./host-repository.ts";
import { recordHostChange } from "./record-host-change.ts";

type Wish = { readonly hostId: HostId; readonly applicationId: ApplicationId };

/** Lets people watch what an application writes on a host. Who looked is on record, as with a log that is collected. */
export class LogFollower {
  readonly #store: Store;
  readonly #link: Pick<LinkSeam, "followLog">;

  constructor(store: Store, link: Pick<LinkSeam, "followLog">) {
    this.#store = store;
    this.#link = link;
  }

  /** @throws AppError NOT_FOUND, REMOTE_UNREACHABLE, REMOTE_TIMEOUT, RATE_LIMITED. */
  async follow(who: Principal, { hostId, applicationId }: Wish, signal: AbortSignal | undefined): Promise<AsyncGenerator<string>> {
    await this.#store.write(async (unit) => {
      const host = await new HostRepository(unit.db, who.fleets).require(hostId);
      const application = await findHostApplication(unit.db, host, applicationId);
      if (application === undefined) throw new AppError("NOT_FOUND", `"${host.name}" has no such application; nothing was followed.`);
      const { name } = application;
      await recordHostChange(unit, who, host, {
        action: "command.issued",
        message: `Log of ${name} followed by ${who.name}.`,
        applicationId,
        details: { application: name, command: "follow-log" },
      });
    });
    return this.#link.followLog(hostIdSchema.parse(hostId), applicationId, signal);
  }
}
