import { z } from "zod";
import { adoption, MAX_ADOPTED_FILES, MAX_ADOPTED_RELEASES } from "../domain/adoption/adoption.ts";
import { platform } from "../domain/artifact/platform.ts";
import { adoptionId, applicationId, storeId } from "../lib/ids.ts";
import { semver } from "../lib/scalars.ts";
import { procedure } from "./base.ts";

const none = "none" as const;
const one = z.object({ adoptionId });

/** Which found release becomes a draft: of which version, with which of its files. */
const releaseToAdopt = z.object({
  reference: z.string().min(1).max(256),
  version: semver,
  files: z
    .array(z.object({ name: z.string().min(1).max(200), platform }))
    .min(1)
    .max(MAX_ADOPTED_FILES),
});

/** Releases of stores on their way to being drafts here. They go on by themselves, also when the control plane is started again. */
export const adoptionsContract = {
  /** Those of one application, or all that have not ended (running, paused, failed); newest first, at most 200. */
  list: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/adoptions" })
    .input(z.object({ applicationId: applicationId.optional() }))
    .output(z.array(adoption)),
  get: procedure({ permission: "view", fleetScope: none })
    .route({ method: "GET", path: "/adoptions/{adoptionId}" })
    .input(one)
    .output(adoption),
  /**
   * Begins to make drafts of found releases, and answers at once. The files of each are fetched as uploads; once all have
   * arrived they become its draft. With keys, one of them must have signed each release.
   */
  create: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/adoptions", successStatus: 201 })
    .input(
      z.object({
        storeId,
        applicationId,
        publicKeys: z.array(z.string().max(2000)).max(16).default([]),
        releases: z.array(releaseToAdopt).min(1).max(MAX_ADOPTED_RELEASES),
      }),
    )
    .output(adoption),
  /** Stops after the bytes in flight; files that have arrived stay. */
  pause: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/adoptions/{adoptionId}/pause" })
    .input(one)
    .output(adoption),
  /** Goes on where it was paused, and tries again what failed. */
  resume: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/adoptions/{adoptionId}/resume" })
    .input(one)
    .output(adoption),
  /** Gives up what is not a draft yet, and forgets the files that it fetched for that; drafts that are made stay. */
  cancel: procedure({ permission: "release.publish", fleetScope: none })
    .route({ method: "POST", path: "/adoptions/{adoptionId}/cancel" })
    .input(one)
    .output(adoption),
};
