import packageDocument from "../../package.json" with { type: "json" };

/** The version of this agent, as it tells its control plane. */
export const AGENT_VERSION: string = packageDocument.version;
