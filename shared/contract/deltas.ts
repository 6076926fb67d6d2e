import { z } from "zod";
import { deltaPreparation } from "../domain/release/delta-preparation.ts";
import { releaseId } from "../lib/ids.ts";
import { procedure } from "./base.ts";

const none = "none" as const;
const input = z.object({ releaseId });

/** The making of a release's deltas, which comes before its manifest is signed. Cancelling the publication ends it, too. */
export const deltasContract = {
  /** How it stands, or how it ended; null for a release for which none were to be made. */
  get: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/releases/{releaseId}/deltas" })
    .input(input)
    .output(deltaPreparation.nullable()),
  /** Stops now; what is made stays, and the delta in the making begins anew. */
  pause: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/deltas/pause" })
    .input(input)
    .output(deltaPreparation),
  resume: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/deltas/resume" })
    .input(input)
    .output(deltaPreparation),
  /** Tries what could not be made once more, while the others are made or wait; makes no difference where nothing failed. */
  retry: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/deltas/retry" })
    .input(input)
    .output(deltaPreparation),
  /** Publishes now, with the deltas that are made so far. */
  skip: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/releases/{releaseId}/deltas/skip" })
    .input(input)
    .output(deltaPreparation),
};
