import type { GithubState } from "./github-state.ts";

/** Where the three parts of GitHub lie, each an origin of its own. */
export type GithubOrigins = { readonly api: string; readonly uploads: string; readonly storage: string };

/** What a token allows. */
export type TokenRights = "write" | "read" | "none" | "expired";

/** One request that has been judged, ready for its operation. */
export type JudgedRequest = {
  readonly state: GithubState;
  readonly path: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  readonly body: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** The bytes of an upload. */
  readonly upload: AsyncIterable<Buffer>;
  readonly origins: GithubOrigins;
  readonly owner: string;
  readonly repository: string;
  readonly rights: TokenRights | "anonymous";
  readonly example: (name: string) => unknown;
};

/** What the server answers. */
export type Answer = {
  readonly status: number;
  readonly json?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly bytes?: Buffer;
};

/** Thrown by an operation that refuses, in GitHub's own words. */
export class Refusal extends Error {
  readonly answer: Answer;

  constructor(
    status: number,
    message: string,
    extra: { readonly errors?: readonly object[]; readonly headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(message);
    const { errors, headers } = extra;
    const json = {
      message,
      documentation_url: "https://docs.github.com/rest",
      ...(errors && { errors }),
      ...(status >= 400 && !errors && { status: String(status) }),
    };
    this.answer = { status, json, ...(headers && { headers }) };
  }
}

/** An operation of the API, by its id in the description. */
export type OperationHandler = (request: JudgedRequest) => Answer | Promise<Answer>;
