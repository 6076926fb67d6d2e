import { api } from "../api/implementer.ts";
import type { FleetService } from "./fleet-service.ts";
import type { GroupService } from "./group-service.ts";

/** Handlers of `fleets.*`. */
export function fleetHandlers(fleets: FleetService, groups: GroupService) {
  return api.fleets.router({
    list: api.fleets.list.handler(({ context }) => fleets.list(context.principal)),
    get: api.fleets.get.handler(({ input, context }) => fleets.get(context.principal, input.fleetId)),
    create: api.fleets.create.handler(({ input, context }) => fleets.create(context.principal, input)),
    update: api.fleets.update.handler(({ input, context }) => fleets.update(context.principal, input)),
    addGroup: api.fleets.addGroup.handler(({ input, context }) => groups.add(context.principal, input.fleetId, input.name)),
    orderGroups: api.fleets.orderGroups.handler(({ input, context }) => groups.order(context.principal, input.fleetId, input.groupIds)),
    renameGroup: api.fleets.renameGroup.handler(({ input, context }) =>
      groups.rename(context.principal, input.groupId, input.revision, input.name),
    ),
    removeGroup: api.fleets.removeGroup.handler(async ({ input, context }) => {
      await groups.remove(context.principal, input.groupId);
      return { removed: true };
    }),
  });
}
