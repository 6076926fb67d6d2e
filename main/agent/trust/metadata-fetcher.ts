import { z } from "zod";
import { sha256Hex } from "#shared/lib/scalars.ts";
import { AppError } from "#shared/errors/app-error.ts";
import { AGENT_PATHS } from "#shared/protocol/limits.ts";
import { urlAt, type Access } from "../net/control-plane-access.ts";
import { DOCUMENT_PACE, type BodyPace } from "../net/body-pace.ts";
import type { HttpClient } from "../net/http-client.ts";
import { readBody, toAnswerError } from "../net/read-body.ts";
import { isBearable } from "./document-shape.ts";
import { MAX_TARGET_BYTES, maxMetadataBytes, type LimitedRole } from "./trust-limits.ts";

/** The signed files of a control plane, as one refresh gets them. */
export type MetadataSource = {
  /** A metadata file by its plain name; undefined when it is not there. `promisedBytes` is the signed length, where there is one. */
  metadata(name: string, role: LimitedRole, promisedBytes?: number): Promise<Buffer | undefined>;
  /** A target by its path with the hash prefix. */
  target(requestPath: string): Promise<Buffer>;
};

/**
 * The envelope is not signed. It has one form here, so that of two files that carry the same signatures over the same
 * content one is refused: nothing can be hidden in it, and every changed byte of a file shows.
 */
const envelope = z.strictObject({
  signatures: z.array(z.strictObject({ keyid: sha256Hex, sig: z.string().regex(/^[0-9a-f]{128}$/) })).max(64),
  signed: z.record(z.string(), z.unknown()),
});

/**
 * Looks at the form of a signed file before anything in it is believed.
 *
 * @throws AppError TRUST_SIGNATURE_INVALID, INPUT_TOO_LARGE for one that would take too long to read.
 */
export function checkEnvelope(name: string, bytes: Buffer): void {
  const text = bytes.toString("utf8");
  // Bytes that are no UTF-8 would be another text to the next reader.
  const isWhole = Buffer.byteLength(text) === bytes.length && !text.includes("\uFFFD");
  const { data } = isWhole ? envelope.safeParse(parseJson(text)) : {};
  if (data === undefined)
    throw new AppError("TRUST_SIGNATURE_INVALID", `${name} is no signed document in the one form that is taken; nothing was installed.`);
  if (!isBearable(data.signed))
    throw new AppError("INPUT_TOO_LARGE", `${name} has more entries than this host reads of one document; nothing was installed.`);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * Fetches trust metadata with the host's own client, so that the certificate pin and the token hold here too. Redirects
 * are not followed: who serves the metadata is who serves the link.
 */
export class MetadataFetcher implements MetadataSource {
  readonly #http: HttpClient;
  readonly #access: Access;
  readonly #pace: BodyPace;

  constructor(http: HttpClient, access: Access, pace: BodyPace = DOCUMENT_PACE) {
    this.#http = http;
    this.#access = access;
    this.#pace = pace;
  }

  /** @throws AppError REMOTE_*, ACCESS_*, INPUT_TOO_LARGE above the role's limit, TRUST_SIGNATURE_INVALID for another envelope. */
  async metadata(name: string, role: LimitedRole, promisedBytes?: number): Promise<Buffer | undefined> {
    const bytes = await this.#fetch(`${AGENT_PATHS.trustMetadata}/${encodeURIComponent(name)}`, maxMetadataBytes(role, promisedBytes));
    if (bytes !== undefined) checkEnvelope(name, bytes);
    return bytes;
  }

  /** @throws AppError as {@link metadata}, and NOT_FOUND. */
  async target(requestPath: string): Promise<Buffer> {
    const path = requestPath.split("/").map(encodeURIComponent).join("/");
    const bytes = await this.#fetch(`${AGENT_PATHS.trustTargets}/${path}`, MAX_TARGET_BYTES);
    if (bytes !== undefined) return bytes;
    throw new AppError("NOT_FOUND", `The control plane does not have ${requestPath}, which is signed; nothing was installed.`);
  }

  async #fetch(path: string, maxBytes: number): Promise<Buffer | undefined> {
    const { baseUrl, token } = this.#access;
    const answer = await this.#http.send(urlAt(baseUrl, path), { headers: { Authorization: `Bearer ${token}` } });
    if (answer.status === 200) return readBody(answer.body, maxBytes, this.#pace);
    if (answer.status !== 404) throw await toAnswerError(answer, "the request for trust metadata");
    answer.body.destroy();
    return undefined;
  }
}
