/**
 * The product id of the agent itself, which is published, rolled out and taken back as every other application. Reserved:
 * on every host it names the agent that runs there.
 */
export const AGENT_PRODUCT_ID = "dev.rollcall.agent";
