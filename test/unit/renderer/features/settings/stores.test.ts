import { describe, expect, it } from "vitest";
import { emptyStoreForm, readSecret, readStoreForm, toStoreForm } from "#renderer/features/settings/stores/store-form.ts";
import { kindWords, storeAddress, storeLook } from "#renderer/features/settings/stores/store-words.ts";
import { LOCAL_STORE_ID, storeEntry, type StoreEntry } from "#shared/domain/store/store.ts";

const aStore = (settings: object, more: object = {}): StoreEntry =>
  storeEntry.parse({ id: LOCAL_STORE_ID, name: "shelf", settings, hasSecret: false, createdAt: 0, revision: 1, ...more });

describe("the form of a store", () => {
  it("gives back the settings that were put in, and never a secret", () => {
    const registry = aStore({ kind: "oci", registry: "https://registry.example.com", repositoryPrefix: "team", credentials: "docker" });
    const form = toStoreForm(registry);
    expect(form.password).toBe("");
    expect(readStoreForm(form)).toMatchObject({ name: "shelf", settings: registry.settings, secret: undefined });
    const folder = aStore({ kind: "folder", path: "/srv/releases" });
    expect(readStoreForm(toStoreForm(folder))).toMatchObject({ settings: folder.settings });
  });

  it("takes a registry as docker names it", () => {
    const form = { ...emptyStoreForm("oci"), name: "hub", registry: "ghcr.io", credentials: "anonymous" as const };
    expect(readStoreForm(form)).toMatchObject({ settings: { registry: "https://ghcr.io" } });
    expect(readStoreForm({ ...form, registry: "localhost:5000", allowHttp: true })).toMatchObject({
      settings: { registry: "http://localhost:5000" },
    });
  });

  it("says at each field what is wrong with it, and asks for a secret where one is needed", () => {
    const registry = readStoreForm({ ...emptyStoreForm("oci"), repositoryPrefix: "Team" }).problems ?? {};
    expect(Object.keys(registry).toSorted()).toEqual(["name", "password", "registry", "repositoryPrefix"]);
    const github = { ...emptyStoreForm("github"), name: "gh", owner: "acme", repository: "web" };
    expect(Object.keys(readStoreForm(github).problems ?? {})).toEqual(["password"]);
    expect(readStoreForm(github, true).problems).toBeUndefined();
    expect(readStoreForm({ ...github, password: "ghp_x" })).toMatchObject({ secret: { password: "ghp_x" } });
    expect(Object.keys(readStoreForm({ ...emptyStoreForm("folder"), name: "f" }).problems ?? {})).toEqual(["path"]);
  });

  it("reads a secret with a user, or bare", () => {
    expect(readSecret({ kind: "oci", username: " ana ", password: "x" })).toEqual({ username: "ana", password: "x" });
    expect(readSecret({ kind: "github", username: "ana", password: "x" })).toEqual({ password: "x" });
    expect(readSecret({ kind: "oci", username: "ana", password: "" })).toBeUndefined();
  });
});

describe("a store in words", () => {
  it("is known by where it is", () => {
    expect(storeAddress(aStore({ kind: "oci", registry: "https://ghcr.io", repositoryPrefix: "acme" }).settings)).toBe("ghcr.io/acme");
    expect(storeAddress(aStore({ kind: "github", owner: "acme", repository: "web" }).settings)).toBe("github.com/acme/web");
    const enterprise = aStore({ kind: "github", apiUrl: "https://git.acme.org/api/v3", owner: "acme", repository: "web" });
    expect(storeAddress(enterprise.settings)).toBe("git.acme.org/acme/web");
    expect(kindWords("oci")).toBe("OCI registry");
  });

  it("fares as the last look at it said", () => {
    const settings = { kind: "folder", path: "/srv" };
    expect(storeLook(aStore(settings)).word).toBe("Not checked");
    expect(storeLook(aStore(settings, { checked: { at: 0, ok: true, message: "" } })).status).toBe("healthy");
    expect(storeLook(aStore(settings, { checked: { at: 0, ok: false, message: "no" } })).status).toBe("failed");
    expect(storeLook(aStore({ kind: "local" })).word).toBe("Always there");
  });
});
