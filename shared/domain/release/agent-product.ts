/**
 * The product id of the agent itself, which is published, rolled out and taken back as every other application. Reserved:
 * on every host it names the agent that runs there.
 */
export const AGENT_PRODUCT_ID = "dev.rollcall.agent";

/** What people are told of a version of the agent that is in its probation, on the host's page and by the agent itself. */
export const AGENT_TRIAL_NOTE = "On trial: it has to reach its control plane and stay up, or the version before comes back.";
