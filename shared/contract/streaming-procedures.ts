/** Procedures whose answer stays open by design, by their path in the contract: clients give them no deadline. */
export const STREAMING_PROCEDURES: ReadonlySet<string> = new Set(["system.events", "audit.export", "hosts.followLog"]);
