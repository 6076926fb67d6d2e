import { describe, expect, it } from "vitest";
import { MAX_SECRET_BYTES } from "#main/control-plane/ports/secret-name.ts";
import type { SecretStore } from "#main/control-plane/ports/secret-store.ts";

const bytes = (text: string): Uint8Array => Buffer.from(text);
const text = (value: Uint8Array | undefined): string | undefined => (value === undefined ? undefined : Buffer.from(value).toString());

/** What every secret store must do. `open` gives an empty store, and a way to open the same again. */
export function describeSecretStore(name: string, open: () => Promise<{ store: SecretStore; reopen: () => Promise<SecretStore> }>): void {
  describe(`${name} as a secret store`, () => {
    it("gives back what was written, also after it was opened again", async () => {
      const { store, reopen } = await open();
      await store.write("store/one", bytes("a token"));
      expect(text(await store.read("store/one"))).toBe("a token");
      expect(text(await (await reopen()).read("store/one"))).toBe("a token");
    });

    it("replaces a value, and knows nothing of one that was never written or was removed", async () => {
      const { store, reopen } = await open();
      await store.write("a", bytes("old"));
      await store.write("a", bytes("new"));
      await store.write("b", bytes("gone"));
      await store.remove("b");
      await store.remove("b");
      const again = await reopen();
      expect([text(await again.read("a")), await again.read("b"), await again.read("constructor")]).toEqual(["new", undefined, undefined]);
    });

    it("keeps any bytes, from none to the longest", async () => {
      const { store, reopen } = await open();
      const values = [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, index) => index), new Uint8Array(MAX_SECRET_BYTES).fill(7)];
      for (const [index, value] of values.entries()) await store.write(`value/${index}`, value);
      const again = await reopen();
      for (const [index, value] of values.entries()) expect(Buffer.compare((await again.read(`value/${index}`))!, value)).toBe(0);
    });

    it("names secrets by prefix, sorted, and gives no value with them", async () => {
      const { store } = await open();
      for (const name of ["signing/root", "store/b", "store/a"]) await store.write(name, bytes("hidden"));
      expect(await store.names("store/")).toEqual(["store/a", "store/b"]);
      expect(await store.names("")).toEqual(["signing/root", "store/a", "store/b"]);
      expect(await store.names("none")).toEqual([]);
    });

    it("keeps writes that come at once", async () => {
      const { store, reopen } = await open();
      await Promise.all(Array.from({ length: 12 }, (_, index) => store.write(`many/${index}`, bytes(String(index)))));
      const again = await reopen();
      expect(await again.names("many/")).toHaveLength(12);
      expect(text(await again.read("many/7"))).toBe("7");
    });

    it("is not changed by who changes the bytes afterwards", async () => {
      const { store } = await open();
      const value = Buffer.from("mine");
      await store.write("a", value);
      value.fill(0);
      (await store.read("a"))!.fill(0);
      expect(text(await store.read("a"))).toBe("mine");
    });

    it.each(["", "../a", "a//b", "/a", "a/", "A", "a b", "a/b/c/d/e", "x".repeat(200), "__proto__", "a\0"])(
      "refuses the name %j",
      async (bad) => {
        const { store } = await open();
        await expect(store.read(bad)).rejects.toMatchObject({ code: "INPUT_INVALID" });
        await expect(store.write(bad, bytes("x"))).rejects.toMatchObject({ code: "INPUT_INVALID" });
        await expect(store.remove(bad)).rejects.toMatchObject({ code: "INPUT_INVALID" });
      },
    );

    it("refuses a value beyond the limit, and says nothing of it", async () => {
      const { store } = await open();
      const thrown: unknown = await store.write("a", Buffer.alloc(MAX_SECRET_BYTES + 1, "seeded")).catch((failure: unknown) => failure);
      expect(thrown).toMatchObject({ code: "INPUT_INVALID" });
      expect(String(thrown)).not.toContain("seeded");
      expect(await store.read("a")).toBeUndefined();
    });

    it("shows nothing of itself when it is printed", async () => {
      const { store } = await open();
      await store.write("a", bytes("seeded"));
      expect(JSON.stringify(store)).not.toMatch(/seeded|c2VlZGVk/);
    });
  });
}
