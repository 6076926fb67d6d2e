import { createRouterClient } from "@orpc/server";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";
import { ADMINISTRATOR } from "../release/release-fixture.ts";

/** Fleets and subscriptions of a control plane, in process. */
export function fleetsOf(plane: ControlPlane): Pick<ContractClient, "fleets" | "subscriptions"> {
  return createRouterClient(plane.router, { context: { principal: ADMINISTRATOR, correlationId: "test", logger: quietLogger() } });
}
