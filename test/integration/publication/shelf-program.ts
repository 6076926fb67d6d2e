import type { ContractClient } from "#shared/contract/index.ts";
import type { ControlPlane } from "#main/control-plane/compose.ts";

/** What programs that are killed find again, or make, at each start. */
type ShelfClient = Pick<ContractClient, "applications" | "stores">;

/** The one application. */
export async function findApplication(client: ShelfClient) {
  const [known] = await client.applications.list();
  return (known ?? (await client.applications.create({ productId: "org.example.web", name: "Web" }))).id;
}

/** The one folder. */
export async function findShelf(client: ShelfClient, path: string) {
  const known = (await client.stores.list()).find((one) => one.name === "shelf");
  if (known !== undefined) return known.id;
  return (await client.stores.create({ name: "shelf", settings: { kind: "folder", path }, unchecked: true })).id;
}

/** Waits until no job is open any more; asks again whenever something was committed. @throws Error for one that failed. */
export async function untilNothingIsOpen(plane: ControlPlane, list: () => Promise<readonly { readonly state: string }[]>): Promise<void> {
  let wake = (): void => undefined;
  const forget = plane.store.onCommitted(() => wake());
  for (;;) {
    const committed = new Promise<void>((resolve) => {
      wake = resolve;
    });
    const open = await list();
    const failed = open.find((one) => one.state === "failed");
    if (failed !== undefined) throw new Error(`a job failed: ${JSON.stringify(failed)}`);
    if (open.length === 0) return forget();
    await committed;
  }
}
