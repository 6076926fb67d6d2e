import type { ContractClient } from "#shared/contract/index.ts";
import type { AuditEntry } from "#shared/domain/audit/audit.ts";
import type { SubjectName } from "#shared/domain/audit/audit-sentence.ts";

type Names = readonly (readonly [subject: string, name: string])[];
/** Names for ids of one noun. What is gone, or hidden from who asks, has none. */
type Namer = (client: ContractClient, ids: readonly string[]) => Promise<Names>;

const NAMERS: Readonly<Record<string, Namer>> = {
  application: async (client) => (await client.applications.list()).map((one) => [`application:${one.id}`, one.name]),
  channel: async (client) =>
    (await client.applications.list()).flatMap((one) =>
      one.channels.map((channel) => [`channel:${channel.id}`, `${channel.name} of ${one.name}`] as const),
    ),
  release: async (client, ids) => {
    const names = new Map((await client.applications.list()).map((one) => [one.id, one.name]));
    return each(ids, async (releaseId) => {
      const { applicationId, version } = await client.releases.get({ releaseId });
      return [`release:${releaseId}`, `${names.get(applicationId) ?? ""} ${version}`.trim()];
    });
  },
  fleet: async (client) => (await client.fleets.list()).map((one) => [`fleet:${one.id}`, one.name]),
  subscription: async (client) =>
    (await client.fleets.list()).flatMap((fleet) =>
      fleet.groups.flatMap((group) =>
        group.subscriptions.map((one) => [`subscription:${one.id}`, `${one.applicationName} in ${fleet.name}/${group.name}`] as const),
      ),
    ),
  host: (client, ids) => each(ids, async (hostId) => [`host:${hostId}`, (await client.hosts.get({ hostId })).host.name]),
  rollout: (client, ids) =>
    each(ids, async (rolloutId) => [`rollout:${rolloutId}`, (await client.rollouts.get({ rolloutId })).rollout.title]),
};

/** What the subjects of a page of the audit are called now, so that people read names and not ids. */
export async function auditNames(client: ContractClient, entries: readonly Pick<AuditEntry, "subject">[]): Promise<SubjectName> {
  const ids = new Map<string, Set<string>>();
  for (const { subject } of entries) {
    const [noun = "", id = ""] = subject.split(":");
    if (id !== "") ids.set(noun, (ids.get(noun) ?? new Set()).add(id));
  }
  const found = await Promise.allSettled([...ids].map(async ([noun, own]) => (await NAMERS[noun]?.(client, [...own])) ?? []));
  const names = new Map(found.flatMap((one) => (one.status === "fulfilled" ? one.value : [])));
  return (subject) => names.get(subject);
}

async function each(ids: readonly string[], name: (id: string) => Promise<readonly [string, string]>): Promise<Names> {
  const found = await Promise.allSettled(ids.map(name));
  return found.flatMap((one) => (one.status === "fulfilled" ? [one.value] : []));
}
