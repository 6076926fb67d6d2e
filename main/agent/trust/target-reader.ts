import { hash } from "node:crypto";
import type { TargetFile } from "@tufjs/models";
import { z } from "zod";
import { AppError } from "#shared/errors/app-error.ts";
import type { MetadataSource } from "./metadata-fetcher.ts";
import { MAX_TARGET_BYTES } from "./trust-limits.ts";

/** Verified documents that are remembered; a policy is asked for with every release, and a manifest twice. */
const REMEMBERED_BYTES = 1024 * 1024;

/** Reads signed documents: fetched by digest, compared with what is signed about them, and only then looked into. */
export class TargetReader {
  readonly #known = new Map<string, Buffer>();

  /**
   * Reads the document that a target names.
   *
   * @throws AppError INPUT_TOO_LARGE, TRUST_SIGNATURE_INVALID when the bytes are others, or say what this agent does not
   *   know; REMOTE_*, NOT_FOUND.
   */
  async read<T>(source: MetadataSource, target: TargetFile, schema: z.ZodType<T>): Promise<T> {
    const bytes = await this.#bytes(source, target);
    try {
      const document: unknown = JSON.parse(bytes.toString("utf8"));
      return schema.parse(document);
    } catch (cause) {
      const reason = cause instanceof z.ZodError ? z.prettifyError(cause).slice(0, 200) : "it is not JSON";
      throw new AppError(
        "TRUST_SIGNATURE_INVALID",
        `The signed ${target.path} cannot be used by this agent: ${reason}. Nothing was installed.`,
        {
          cause,
        },
      );
    }
  }

  async #bytes(source: MetadataSource, target: TargetFile): Promise<Buffer> {
    const sha256 = target.hashes["sha256"];
    if (sha256 === undefined) throw refused(target.path, "is signed without a SHA-256");
    if (target.length > MAX_TARGET_BYTES)
      throw new AppError(
        "INPUT_TOO_LARGE",
        `${target.path} is larger than the ${MAX_TARGET_BYTES} bytes that it may have; it was not read.`,
      );
    const known = this.#known.get(sha256);
    if (known !== undefined) return known;
    const slash = target.path.lastIndexOf("/") + 1;
    const bytes = await source.target(`${target.path.slice(0, slash)}${sha256}.${target.path.slice(slash)}`);
    if (bytes.length !== target.length) throw refused(target.path, `has ${bytes.length} bytes instead of the signed ${target.length}`);
    const isSigned = Object.entries(target.hashes).every(([name, digest]) => digestOf(name, bytes) === digest);
    if (!isSigned) throw refused(target.path, "does not have the signed digest");
    this.#remember(sha256, bytes);
    return bytes;
  }

  #remember(sha256: string, bytes: Buffer): void {
    this.#known.set(sha256, bytes);
    let sizeBytes = [...this.#known.values()].reduce((sum, one) => sum + one.length, 0);
    for (const [oldest, one] of this.#known) {
      if (sizeBytes <= REMEMBERED_BYTES) return;
      this.#known.delete(oldest);
      sizeBytes -= one.length;
    }
  }
}

/** An algorithm that this Node does not know gives no digest, which equals no signed one. */
function digestOf(name: string, bytes: Buffer): string | undefined {
  return name === "sha256" || name === "sha512" ? hash(name, bytes) : undefined;
}

function refused(path: string, what: string): AppError {
  return new AppError("TRUST_SIGNATURE_INVALID", `${path} ${what}; nothing was installed.`);
}
