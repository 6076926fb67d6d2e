import { createPrivateKey, randomUUID, sign, X509Certificate } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { makeCertificate } from "#main/server/tls/make-certificate.ts";

/** One question that the server was asked. */
export type TokenQuestion = {
  readonly method: string;
  readonly service: string | null;
  readonly scopes: readonly string[];
  readonly account: string | undefined;
  readonly refreshToken: string | null;
};

/** Whose word it takes, and what they may do; the usual is one account that may do everything. */
export type TokenServerOptions = {
  readonly accounts?: Readonly<Record<string, string>>;
  readonly identityTokens?: readonly string[];
  /** Actions that are granted of those that were asked for; `account` is undefined for strangers. */
  readonly grant?: (account: string | undefined, repository: string, actions: readonly string[]) => readonly string[];
  readonly expiresInS?: number;
};

/**
 * A token service by the distribution project's token specification: GET with Basic credentials or none, POST with an
 * identity token. It signs ES256 tokens that a real `docker-registry` verifies by {@link certificate}.
 */
export class RegistryTokenServer {
  readonly service = "registry.tests";
  readonly issuer = "tokens.tests";
  readonly certificate: string;
  readonly questions: TokenQuestion[] = [];
  readonly #server: Server;
  readonly #privateKey: string;
  readonly #options: TokenServerOptions;

  private constructor(options: TokenServerOptions, keys: { readonly certificate: string; readonly privateKey: string }) {
    this.#options = options;
    this.certificate = keys.certificate;
    this.#privateKey = keys.privateKey;
    this.#server = createServer((request, response) => void this.#answer(request, response));
  }

  /** Starts one on a free loopback port; whoever starts it closes it. */
  static async start(options: TokenServerOptions = {}): Promise<RegistryTokenServer> {
    const server = new RegistryTokenServer(options, await makeCertificate(["localhost"]));
    await new Promise<void>((settle) => {
      server.#server.listen(0, "127.0.0.1", settle);
    });
    return server;
  }

  get realm(): string {
    // A TCP server that listens has an address of this form.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/token`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise<void>((settle) => {
      this.#server.close(() => settle());
    });
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const isPost = request.method === "POST";
    const asked = isPost
      ? new URLSearchParams(Buffer.concat(pieces).toString("utf8"))
      : new URL(request.url ?? "/", this.realm).searchParams;
    const scopes = isPost ? (asked.get("scope") ?? "").split(" ") : asked.getAll("scope");
    const account = isPost ? "identity" : accountOf(request);
    const refreshToken = asked.get("refresh_token");
    this.questions.push({ method: request.method ?? "", service: asked.get("service"), scopes, account, refreshToken });
    if (!(isPost ? this.#knowsIdentity(refreshToken) : this.#knows(request))) {
      response.writeHead(401, { "content-type": "application/json" }).end('{"errors":[{"code":"UNAUTHORIZED","message":"no"}]}');
      return;
    }
    const token = this.#token(account, scopes);
    const expires = this.#options.expiresInS;
    const body = { [isPost ? "access_token" : "token"]: token, ...(expires !== undefined && { expires_in: expires }) };
    response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(body));
  }

  #knowsIdentity(token: string | null): boolean {
    return token !== null && (this.#options.identityTokens ?? []).includes(token);
  }

  /** Strangers get tokens too; what these allow is the grant's to say. */
  #knows(request: IncomingMessage): boolean {
    const account = accountOf(request);
    if (account === undefined) return true;
    const { accounts = { operator: "correct horse" } } = this.#options;
    return request.headers.authorization === `Basic ${Buffer.from(`${account}:${accounts[account] ?? ""}`).toString("base64")}`;
  }

  #token(account: string | undefined, scopes: readonly string[]): string {
    const { grant = (who, _repository, actions) => (who === undefined ? [] : actions) } = this.#options;
    const access = scopes.flatMap((scope) => {
      const [type = "", name = "", actions = ""] = scope.split(":");
      return type === "repository" ? [{ type, name, actions: grant(account, name, actions.split(",")) }] : [];
    });
    const now = Math.floor(Date.now() / 1000);
    const lifeS = Math.max(60, this.#options.expiresInS ?? 60);
    const claims = {
      iss: this.issuer,
      sub: account ?? "",
      aud: this.service,
      exp: now + lifeS,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const header = { typ: "JWT", alg: "ES256", x5c: [new X509Certificate(this.certificate).raw.toString("base64")] };
    const text = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
    const key = createPrivateKey(this.#privateKey);
    return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
  }
}

/** One for the running test, closed when it ends. */
export async function registryTokenServer(options: TokenServerOptions = {}): Promise<RegistryTokenServer> {
  const server = await RegistryTokenServer.start(options);
  onTestFinished(() => server.close());
  return server;
}

function accountOf(request: IncomingMessage): string | undefined {
  const basic = /^Basic (.+)$/.exec(request.headers.authorization ?? "")?.[1];
  return basic === undefined ? undefined : Buffer.from(basic, "base64").toString("utf8").split(":")[0];
}
