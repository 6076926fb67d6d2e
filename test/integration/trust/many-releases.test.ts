import { createHash } from "node:crypto";
import { TargetFile } from "@tufjs/models";
import { expect, it } from "vitest";
import { draftApplication } from "#main/control-plane/trust/metadata-drafts.ts";
import { signFile } from "#main/control-plane/trust/metadata-file.ts";
import { NO_CHANGE } from "#main/control-plane/trust/trust-change.ts";
import { TrustRepository } from "#main/control-plane/trust/trust-repository.ts";
import { PRODUCT, TrustFixture } from "./trust-fixture.ts";

it("signs the next release of an application that has two thousand, and clients verify it", { timeout: 60_000 }, async () => {
  const fixture = await TrustFixture.open();
  await fixture.publish("1.0.0");
  const signer = await fixture.signer();
  const repository = await TrustRepository.open(fixture.files, signer, fixture.clock);
  const known = Object.entries(repository.state.applications.get(PRODUCT)?.signed.targets ?? {});
  const many = Array.from({ length: 2000 }, (_, patch) => {
    const sha512 = createHash("sha512").update(String(patch)).digest("hex");
    const path = `${PRODUCT}/1.1.${patch}.json`;
    return [path, new TargetFile({ path, length: 4096, hashes: { sha256: sha512.slice(0, 64), sha512 } })] as const;
  });
  const role = draftApplication({ version: 2, now: fixture.clock.now(), mode: "server-held" }, Object.fromEntries([...known, ...many]));
  await repository.commit({ ...NO_CHANGE, applications: new Map([[PRODUCT, await signFile(signer, PRODUCT, role)]]) });
  fixture.opened = await fixture.reopen();
  await fixture.publish("2.0.0");
  expect(
    Object.keys((await TrustRepository.open(fixture.files, signer, fixture.clock)).state.applications.get(PRODUCT)!.signed.targets),
  ).toHaveLength(2002);
  for (const version of ["1.0.0", "2.0.0"]) expect(await fixture.verified(version)).toContain(version);
});
