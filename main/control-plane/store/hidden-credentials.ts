import { AppError } from "#shared/errors/app-error.ts";
import type { StoreSecret } from "#shared/domain/store/store.ts";

const HIDDEN = "[redacted]";

/** Shorter texts stand in ordinary words, too. */
const SHORTEST = 4;

/** Credentials in a header, whoever's they are: an access token that a registry gave us is in no secret of ours. */
const IN_HEADER = /\b(Bearer|Basic)( +)(?:(?=[A-Za-z._~+/=-]*\d)[A-Za-z0-9._~+/=-]{12,}|[A-Za-z._~+/=-]{24,})/gi;

/**
 * Takes a store's credentials out of whatever the store says. A registry that repeats them in an error, a header or an
 * address (by mistake, or to have them written down) must not bring them into rows, logs, answers or the audit.
 */
export class HiddenCredentials {
  readonly #forms = new Set<string>();

  /** Notes credentials that are used from now on; older ones stay hidden. */
  add({ username, password }: StoreSecret): void {
    const texts = [password, ...(username === undefined ? [] : [`${username}:${password}`])];
    for (const text of texts.filter(({ length }) => length >= SHORTEST)) {
      for (const form of formsOf(text)) this.#forms.add(form);
    }
  }

  /** A text without them. */
  text(text: string): string {
    // The longest first: a form may be a part of another.
    const forms = [...this.#forms].sort((left, right) => right.length - left.length);
    return forms.reduce((left, form) => left.replaceAll(form, HIDDEN), text);
  }

  /** The same for every text within plain data; bytes pass as they are. */
  data<T>(value: T): T {
    // Why the cast: texts become texts, and everything else keeps its form.
    return this.#data(value) as T;
  }

  /** The same for what was thrown, its causes and its stack included. */
  failure(thrown: unknown, depth = 0): unknown {
    if (!(thrown instanceof Error)) return thrown;
    const cause = thrown.cause === undefined || depth > 5 ? {} : { cause: this.failure(thrown.cause, depth + 1) };
    const safe =
      thrown instanceof AppError
        ? new AppError(thrown.code, this.#said(thrown.message), { details: this.data(thrown.details), ...cause })
        : Object.assign(new Error(this.#said(thrown.message), cause), { name: thrown.name });
    safe.stack = this.#said(thrown.stack ?? "");
    return safe;
  }

  #said(text: string): string {
    return this.text(text).replaceAll(IN_HEADER, `$1$2${HIDDEN}`);
  }

  #data(value: unknown): unknown {
    if (typeof value === "string") return this.text(value);
    if (Array.isArray(value)) return value.map((one) => this.#data(one));
    if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.#data(one)]));
  }
}

/** How a text may be written down: as it is, in a URL, in JSON, in hex, and in base64 whatever stands before it. */
function formsOf(text: string): readonly string[] {
  const bytes = Buffer.from(text);
  const hex = bytes.toString("hex");
  const base64 = [0, 1, 2].flatMap((shift) => {
    const whole = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replaceAll("=", "");
    // The characters whose six bits are the text's alone.
    const own = whole.slice(Math.ceil((shift * 8) / 6), Math.floor(((shift + bytes.length) * 8) / 6));
    return [own, own.replaceAll("+", "-").replaceAll("/", "_"), encodeURIComponent(own)];
  });
  return [text, encodeURIComponent(text), JSON.stringify(text).slice(1, -1), hex, hex.toUpperCase(), ...base64].filter(
    ({ length }) => length >= SHORTEST,
  );
}
