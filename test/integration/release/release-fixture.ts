import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createRouterClient } from "@orpc/server";
import { onTestFinished } from "vitest";
import type { ReleaseRow } from "#shared/contract/applications.ts";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Principal } from "#shared/domain/access/permission.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import type { ControlPlane, ControlPlanePorts } from "#main/control-plane/compose.ts";
import { startControlPlane } from "#test/builders/start-control-plane.ts";
import { tempFolder } from "#test/builders/temp-folder.ts";
import { quietLogger } from "#test/fakes/quiet-logger.ts";

/** The window of the same machine. */
export const ADMINISTRATOR: Principal = { name: "user:admin", role: "administrator", fleets: "all", local: true };

/** The product id of the fixture's application. */
export const PRODUCT = "org.example.web";

type ReleaseClient = Pick<
  ContractClient,
  "applications" | "releases" | "channels" | "uploads" | "audit" | "trust" | "stores" | "publications" | "adoptions" | "deltas" | "settings"
>;

/** Calls the contract in process, as `principal`. */
export function clientOf(plane: ControlPlane, principal: Principal = ADMINISTRATOR): ReleaseClient {
  return createRouterClient(plane.router, { context: { principal, correlationId: "test", logger: quietLogger() } });
}

/** A control plane with one application, short ways to its releases, and a way to start it again. */
export class ReleaseFixture {
  readonly folder: string;
  plane: ControlPlane;
  applicationId = "";
  #files = 0;

  private constructor(folder: string, plane: ControlPlane) {
    this.folder = folder;
    this.plane = plane;
  }

  static async open(ports: Partial<ControlPlanePorts> = {}): Promise<ReleaseFixture> {
    const folder = await tempFolder();
    const fixture = new ReleaseFixture(folder, await startControlPlane(folder, ports));
    onTestFinished(() => fixture.plane.stop());
    fixture.applicationId = (await fixture.client.applications.create({ productId: PRODUCT, name: "Web" })).id;
    return fixture;
  }

  get client(): ReleaseClient {
    return clientOf(this.plane);
  }

  /** Stops the control plane and starts it again over the same folder. */
  async restart(ports: Partial<ControlPlanePorts> = {}): Promise<void> {
    await this.plane.stop();
    this.plane = await startControlPlane(this.folder, ports);
  }

  /** Drops a file on the window and waits until intake is done with it. */
  async upload(content: string | Uint8Array, fileName?: string): Promise<Upload> {
    this.#files += 1;
    const path = join(this.folder, fileName ?? `web-${this.#files}`);
    await writeFile(path, content);
    const { id } = await this.client.uploads.importPath({ path });
    await this.plane.uploads.idle();
    return this.client.uploads.get({ uploadId: id });
  }

  /** Makes a draft with one artifact for `any`. */
  async draft(version: string, content = `#!/bin/sh\necho ${version}\n`): Promise<ReleaseRow> {
    const { id } = await this.upload(content);
    return this.client.releases.create({
      applicationId: this.applicationId,
      version,
      runSpec: {},
      artifacts: [{ uploadId: id, platform: "any" }],
    });
  }

  async published(version: string): Promise<ReleaseRow> {
    const { id } = await this.draft(version);
    return this.client.releases.publish({ releaseId: id });
  }
}
