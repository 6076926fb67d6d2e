import type { ApplicationRow } from "#shared/contract/applications.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { application } from "#shared/domain/release/release.ts";
import type { Store } from "../db/store.ts";
import type { Ids } from "../ports/ids.ts";
import { ApplicationRepository } from "./application-repository.ts";

/** Registers and renames applications. */
export class ApplicationService {
  readonly #store: Store;
  readonly #ids: Ids;

  constructor(store: Store, ids: Ids) {
    this.#store = store;
    this.#ids = ids;
  }

  list(): Promise<ApplicationRow[]> {
    return new ApplicationRepository(this.#store.read).rows();
  }

  /** @throws AppError NOT_FOUND. */
  get(id: string): Promise<ApplicationRow> {
    return new ApplicationRepository(this.#store.read).row(id);
  }

  /** @throws AppError CONFLICT_EXISTS when the product id is registered already. */
  create(
    actor: string,
    draft: { readonly productId: string; readonly name: string; readonly description: string },
  ): Promise<ApplicationRow> {
    const id = this.#ids.uuid();
    return this.#store.write(async (unit) => {
      const rows = new ApplicationRepository(unit.db);
      if (await rows.isProductTaken(draft.productId))
        throw new AppError("CONFLICT_EXISTS", `An application with the product id ${draft.productId} exists; none was made.`);
      await rows.insert(application.parse({ id, kind: "process", ...draft, createdAt: unit.now, revision: 0 }));
      unit.audit({
        actor,
        action: "application.created",
        subject: `application:${id}`,
        details: { productId: draft.productId, name: draft.name },
      });
      unit.emit({ topic: "application.created", ids: { applicationId: id } });
      return rows.row(id);
    });
  }

  /** @throws AppError NOT_FOUND, CONFLICT_STALE when somebody changed it since `revision`. */
  update(
    actor: string,
    change: { readonly applicationId: string; readonly revision: number; readonly name: string; readonly description: string },
  ): Promise<ApplicationRow> {
    const { applicationId, revision, name, description } = change;
    return this.#store.write(async (unit) => {
      const rows = new ApplicationRepository(unit.db);
      const before = await rows.require(applicationId);
      if (before.revision !== revision)
        throw new AppError("CONFLICT_STALE", `The application ${before.name} was changed by someone else meanwhile; nothing was saved.`, {
          details: { revision: before.revision },
        });
      await rows.update(applicationId, { name, description });
      unit.audit({
        actor,
        action: "application.changed",
        subject: `application:${applicationId}`,
        details: { before: { name: before.name, description: before.description }, after: { name, description } },
      });
      unit.emit({ topic: "application.changed", ids: { applicationId } });
      return rows.row(applicationId);
    });
  }
}
