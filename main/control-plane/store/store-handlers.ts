import { api } from "../api/implementer.ts";
import type { StoreBrowser } from "./store-browser.ts";
import type { StoreService } from "./store-service.ts";

/** Handlers of `stores.*`. */
export function storesHandlers(stores: StoreService, browser: StoreBrowser) {
  return api.stores.router({
    list: api.stores.list.handler(() => stores.list()),
    create: api.stores.create.handler(({ input, context }) => stores.create(context.principal.name, input)),
    update: api.stores.update.handler(({ input, context }) => stores.update(context.principal.name, input)),
    setSecret: api.stores.setSecret.handler(({ input, context }) => stores.setSecret(context.principal.name, input.storeId, input.secret)),
    check: api.stores.check.handler(({ input }) => stores.check(input.storeId)),
    remove: api.stores.remove.handler(async ({ input, context }) => {
      await stores.remove(context.principal.name, input.storeId);
      return { removed: true as const };
    }),
    discover: api.stores.discover.handler(({ input, signal }) => browser.discover(input, signal)),
    inspect: api.stores.inspect.handler(({ input, signal }) => browser.inspect(input, signal)),
  });
}
