import type { RegistryTokenServer } from "../registry-token-server.ts";

/** What the registry does that others do not. The usual one has all of the distribution-spec 1.1 and lets everybody in. */
export type StrictRegistryOptions = {
  /** Smallest part of an upload, the last one excepted (`OCI-Chunk-Min-Length`). */
  readonly minChunkBytes?: number;
  /** Whether it has the referrers API and says so with `OCI-Subject`. */
  readonly referrers?: boolean;
  /** How it names the place of an upload. */
  readonly locations?: "relative" | "absolute";
  readonly mounts?: boolean;
  /** Serves blobs from an origin of its own, whose addresses end, and which refuses our credentials. */
  readonly redirectsBlobs?: boolean;
  /** `parts` takes uploads in parts; `whole` refuses PATCH with 405, as some do. */
  readonly uploads?: "parts" | "whole";
  /** Whether tags may be removed. */
  readonly tagRemoval?: boolean;
  /** Tags per page of a list, whatever was asked for. */
  readonly pageSize?: number;
  /** Who says who gets in. */
  readonly auth?: RegistryTokenServer;
  /** How many requests a token is good for. */
  readonly tokenUses?: number;
};

/** One request as it came. */
export type SeenRequest = {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
};
