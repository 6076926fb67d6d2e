import { isIP } from "node:net";

/** Where the server listens, and how it is reached there. */
export type ListenPlan = {
  readonly host: string;
  /** Others can reach it. */
  readonly isPublic: boolean;
  /** Always where others can reach it. */
  readonly isTls: boolean;
};

/** What is known of this machine's network. */
export type MachineNames = { readonly hostname: string; readonly addresses: readonly string[] };

const ANY = new Set(["0.0.0.0", "::"]);

/** Most addresses that a token carries (shared/protocol/enrolment.ts). */
const MAX_URLS = 8;

/** Loopback, unless an address is named that others can reach. */
export function planListen(listen: string | undefined, hasCertificate = false): ListenPlan {
  const host = listen ?? "127.0.0.1";
  const isPublic = !isLoopback(host);
  return { host, isPublic, isTls: isPublic || hasCertificate };
}

/** Addresses under which this server can be reached, best first: those that other machines can use before our own. */
export function reachableUrls(plan: ListenPlan, port: number, machine: MachineNames): readonly string[] {
  const hosts = ANY.has(plan.host) ? [...machine.addresses, machine.hostname, "127.0.0.1"] : [plan.host];
  return hosts.slice(0, MAX_URLS).map((host) => `${plan.isTls ? "https" : "http"}://${inUrl(host)}:${port}`);
}

/** Names that the certificate is made for. */
export function certificateNames(plan: ListenPlan, machine: MachineNames): readonly string[] {
  const own = ANY.has(plan.host) ? [] : [plan.host];
  return [...new Set([...own, machine.hostname, "localhost", "127.0.0.1", ...machine.addresses])];
}

function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

function inUrl(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}
