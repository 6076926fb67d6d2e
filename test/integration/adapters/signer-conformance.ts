import { createPublicKey, verify } from "node:crypto";
import { describe, expect, it } from "vitest";
import type { Signer } from "#main/control-plane/ports/signer.ts";

/** Whether a raw Ed25519 public key made the signature. */
export function isSignedBy(publicKey: Uint8Array, bytes: Uint8Array, signature: Uint8Array): boolean {
  const key = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x: Buffer.from(publicKey).toString("base64url") }, format: "jwk" });
  return verify(null, bytes, key, signature);
}

/** What every signer must do. `open` gives a signer without keys, and a way to start it again. */
export function describeSigner(name: string, open: () => Promise<{ signer: Signer; reopen: () => Promise<Signer> }>): void {
  describe(`${name} as a signer`, () => {
    const bytes = Buffer.from("a document");

    it("signs so that the role's public key verifies it, and no other role's", async () => {
      const { signer } = await open();
      const signature = await signer.sign("targets", bytes);
      expect(signature).toHaveLength(64);
      expect(isSignedBy(await signer.publicKey("targets"), bytes, signature)).toBe(true);
      expect(isSignedBy(await signer.publicKey("snapshot"), bytes, signature)).toBe(false);
    });

    it("makes one key per role, also when two ask at once, and keeps it over a restart", async () => {
      const { signer, reopen } = await open();
      const [first, second] = await Promise.all([signer.publicKey("org.example.web"), signer.publicKey("org.example.web")]);
      expect(first).toEqual(second);
      expect(await (await reopen()).publicKey("org.example.web")).toEqual(first);
    });

    it.each(["", "../root", "a/b", "UPPER", "x".repeat(200)])("refuses the role name %j", async (role) => {
      const { signer } = await open();
      await expect(signer.sign(role, bytes)).rejects.toMatchObject({ code: "INPUT_INVALID" });
    });

    it("says whether it holds a role's key without making one, and destroys it when it is told to", async () => {
      const { signer, reopen } = await open();
      expect(await signer.holds("root")).toBe(false);
      const first = await signer.publicKey("root");
      await signer.publicKey("root.of.another");
      expect([await signer.holds("root"), await signer.holds("roo")]).toEqual([true, false]);
      await signer.forget("root");
      await signer.forget("root");
      expect([await signer.holds("root"), await (await reopen()).holds("root")]).toEqual([false, false]);
      expect(await signer.holds("root.of.another")).toBe(true);
      expect(await signer.publicKey("root")).not.toEqual(first);
    });

    it("keeps a next key beside the present one, puts it in its place when it is told to, and destroys the present one", async () => {
      const { signer, reopen } = await open();
      const present = await signer.publicKey("timestamp");
      expect(await signer.next.holds("timestamp")).toBe(false);
      await expect(signer.takeNext("timestamp")).rejects.toMatchObject({ code: "NOT_FOUND" });
      const next = await signer.next.publicKey("timestamp");
      expect([await signer.publicKey("timestamp"), await (await reopen()).next.publicKey("timestamp")]).toEqual([present, next]);
      expect(isSignedBy(next, bytes, await signer.next.sign("timestamp", bytes))).toBe(true);
      await signer.takeNext("timestamp");
      for (const one of [signer, await reopen()]) {
        expect(await one.publicKey("timestamp")).toEqual(next);
        expect(await one.next.holds("timestamp")).toBe(false);
        expect(isSignedBy(next, bytes, await one.sign("timestamp", bytes))).toBe(true);
      }
    });

    it("has no way to give a private key away", async () => {
      const { signer } = await open();
      await signer.publicKey("root");
      expect(JSON.stringify(signer)).not.toMatch(/PRIVATE/);
      expect(Object.keys(signer)).not.toContain("keys");
    });
  });
}
