import type { RootDocument, TargetsDocument } from "./tuf-documents.ts";

/**
 * One sentence to a signer. A `change` is what the request is for, a `note` a fact beside it, and a `warning` something
 * that the request's own purpose does not explain.
 */
export type ExplanationLine = { readonly tone: "change" | "note" | "warning"; readonly text: string };

/** What a request does, in a signer's words. Everything in it is safe to show: texts of others are escaped. */
export type Explanation = { readonly headline: string; readonly lines: readonly ExplanationLine[] };

/** What a signer knows from before: what it signed itself, or what a quorum signed since. */
export type KnownTrust = {
  readonly root: RootDocument | undefined;
  /** Newest targets documents by role: `targets`, or a product id. */
  readonly roles: ReadonlyMap<string, TargetsDocument>;
  /** Texts of small target files (policies, acceptance) by the SHA-256 of their bytes. */
  readonly files: ReadonlyMap<string, string>;
  /** What keys were called, by key id. */
  readonly labels: ReadonlyMap<string, string>;
};

/** A target file that came with the request. Its digest and size were computed here, from its bytes. */
export type AttachedFile = { readonly text: string; readonly sha256: string; readonly sizeBytes: number };

/** SHA-256 (hex) of a text's UTF-8 bytes, which each environment has its own way to compute. */
export type Sha256 = (text: string) => string;

/** A line of this tone. */
export const change = (text: string): ExplanationLine => ({ tone: "change", text });
export const note = (text: string): ExplanationLine => ({ tone: "note", text });
export const warning = (text: string): ExplanationLine => ({ tone: "warning", text });
