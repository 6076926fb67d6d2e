import { api } from "../api/implementer.ts";
import type { SettingsService } from "./service.ts";

/** Handlers of `settings.*`. */
export function settingsHandlers(service: SettingsService) {
  return api.settings.router({
    get: api.settings.get.handler(() => service.current),
    update: api.settings.update.handler(({ input: { revision, ...change }, context }) =>
      service.update(context.principal.name, revision, change),
    ),
  });
}
