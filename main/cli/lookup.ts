import type { ApplicationRow, ReleaseRow } from "#shared/contract/applications.ts";
import type { FleetRow, GroupRow, HostRow, SubscriptionRow } from "#shared/contract/fleets.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { StoreEntry } from "#shared/domain/store/store.ts";
import { AppError } from "#shared/errors/app-error.ts";

/** Names people type, turned into rows. Every function throws AppError NOT_FOUND that lists what there is. */
function notFound(what: string, name: string, known: readonly string[]): AppError {
  const there = known.length === 0 ? "There is none yet." : `There is: ${known.slice(0, 20).join(", ")}.`;
  return new AppError("NOT_FOUND", `There is no ${what} "${name.slice(0, 100)}"; nothing was done. ${there}`);
}

/** An application by product id or name. */
export async function findApplication(client: ContractClient, name: string): Promise<ApplicationRow> {
  const all = await client.applications.list();
  const found = all.find((one) => one.productId === name || one.name === name || one.id === name);
  if (found === undefined)
    throw notFound(
      "application",
      name,
      all.map((one) => one.productId),
    );
  return found;
}

/** A release by version. */
export async function findRelease(client: ContractClient, application: ApplicationRow, version: string): Promise<ReleaseRow> {
  const all = await client.releases.list({ applicationId: application.id });
  const found = all.find((one) => one.version === version || one.id === version);
  if (found === undefined)
    throw notFound(
      `release of ${application.productId}`,
      version,
      all.map((one) => one.version),
    );
  return found;
}

/** A release written as `product-id@version`. @throws AppError INPUT_INVALID for another form, NOT_FOUND. */
export async function findNamedRelease(
  client: ContractClient,
  name: string,
): Promise<{ readonly application: ApplicationRow; readonly release: ReleaseRow }> {
  const cut = name.lastIndexOf("@");
  if (cut < 1)
    throw new AppError("INPUT_INVALID", `Write the release as PRODUCT-ID@VERSION, not "${name.slice(0, 100)}"; nothing was done.`);
  const application = await findApplication(client, name.slice(0, cut));
  return { application, release: await findRelease(client, application, name.slice(cut + 1)) };
}

/** A fleet by name. */
export async function findFleet(client: ContractClient, name: string): Promise<FleetRow> {
  const all = await client.fleets.list();
  const found = all.find((one) => one.name === name || one.id === name);
  if (found === undefined)
    throw notFound(
      "fleet",
      name,
      all.map((one) => one.name),
    );
  return found;
}

/** A group written as `fleet/group`. */
export async function findGroup(client: ContractClient, path: string): Promise<{ readonly fleet: FleetRow; readonly group: GroupRow }> {
  const cut = path.lastIndexOf("/");
  if (cut < 1) throw new AppError("INPUT_INVALID", `Write the group as FLEET/GROUP, not "${path.slice(0, 100)}"; nothing was done.`);
  const fleet = await findFleet(client, path.slice(0, cut));
  const name = path.slice(cut + 1);
  const group = fleet.groups.find((one) => one.name === name || one.id === name);
  if (group === undefined)
    throw notFound(
      `group of ${fleet.name}`,
      name,
      fleet.groups.map((one) => one.name),
    );
  return { fleet, group };
}

/** The subscriptions to an application in a fleet, or in one group of it (`fleet/group`). */
export async function findSubscriptions(client: ContractClient, where: string, productId: string): Promise<readonly SubscriptionRow[]> {
  const fleets = await client.fleets.list();
  const fleet = fleets.find((one) => one.name === where || one.id === where);
  const groups = fleet === undefined ? [(await findGroup(client, where)).group] : fleet.groups;
  const found = groups
    .flatMap((group) => group.subscriptions)
    .filter((one) => one.productId === productId || one.applicationName === productId);
  if (found.length === 0)
    throw notFound(`subscription in ${where} to`, productId, [
      ...new Set(groups.flatMap((group) => group.subscriptions.map((one) => one.productId))),
    ]);
  return found;
}

/** A host by name or id. */
export async function findHost(client: ContractClient, name: string): Promise<HostRow> {
  const page = await client.hosts.list({ search: name, limit: 500 });
  const found = page.rows.filter((one) => one.name === name || one.id === name);
  const [only] = found;
  if (only === undefined)
    throw notFound(
      "host",
      name,
      (await client.hosts.list({ limit: 20 })).rows.map((one) => one.name),
    );
  if (found.length > 1)
    throw new AppError(
      "INPUT_INVALID",
      `There are ${found.length} hosts named "${name}"; use an id: ${found.map((one) => one.id).join(", ")}.`,
    );
  return only;
}

/** A store by name. */
export async function findStore(client: ContractClient, name: string): Promise<StoreEntry> {
  const all = await client.stores.list();
  const found = all.find((one) => one.name === name || one.id === name);
  if (found === undefined)
    throw notFound(
      "store",
      name,
      all.map((one) => one.name),
    );
  return found;
}
