import type { ReleaseManifest } from "#shared/domain/release/manifest.ts";
import { AppError } from "#shared/errors/app-error.ts";
import type { NamedFile } from "../../bytes/choose-way-to-bytes.ts";
import type { ReleaseSource, SourceOffer, SourceTransfer } from "../release-source.ts";
import type { PlainFile, PlainOrigin } from "./plain-file.ts";
import type { PlainShelf } from "./plain-shelf.ts";

/** Releases that are a plain file each, of a project that publishes nothing else. Nobody has signed them. */
export class PlainSource implements ReleaseSource {
  readonly #origin: PlainOrigin;
  readonly #shelf: PlainShelf;
  #last: SourceOffer | undefined;

  constructor(origin: PlainOrigin, shelf: PlainShelf) {
    this.#origin = origin;
    this.#shelf = shelf;
  }

  get place(): string {
    return this.#origin.place;
  }

  get offer(): SourceOffer | undefined {
    return this.#last;
  }

  /** Where only its bytes say which version a file is, a new one is brought here to tell. */
  async look(signal: AbortSignal): Promise<SourceOffer> {
    if (this.#origin.kind === "tagged") this.#last = await this.#origin.look(signal);
    else {
      const { version } = await this.#shelf.manifest(await this.#origin.file(signal), signal);
      this.#last = { versions: [{ version }], channels: {}, isUnordered: true };
    }
    return this.#last;
  }

  async manifest(version: string, signal: AbortSignal): Promise<ReleaseManifest> {
    if (this.#origin.kind === "tagged") return this.#shelf.manifest(await this.#origin.file(version, signal), signal);
    const known = await this.#shelf.find({ version });
    if (known !== undefined) return known;
    throw new AppError("NOT_FOUND", `${this.place} has no version ${version}; nothing was installed.`);
  }

  async fetch({ sha256, sizeBytes }: NamedFile, { into, signal, onProgress }: SourceTransfer): Promise<boolean> {
    if (!(await this.#shelf.hand(sha256, into))) {
      await this.#shelf.bringAgain(await this.#fileOf(sha256, signal), signal);
      if (!(await this.#shelf.hand(sha256, into)))
        throw new AppError("NOT_FOUND", `${this.place} holds another file by now; the one that was wanted was not installed.`);
    }
    onProgress(sizeBytes);
    return true;
  }

  news(intervalMs: number, signal: AbortSignal): Promise<void> {
    return this.#origin.news(intervalMs, signal);
  }

  async #fileOf(sha256: string, signal: AbortSignal): Promise<PlainFile> {
    if (this.#origin.kind === "single") return this.#origin.file(signal);
    const known = await this.#shelf.find({ sha256 });
    if (known === undefined) throw new AppError("NOT_FOUND", `Nothing is known here of the wanted file of ${this.place} any more.`);
    return this.#origin.file(known.version, signal);
  }
}
