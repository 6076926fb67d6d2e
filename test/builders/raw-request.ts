import { request, type IncomingHttpHeaders } from "node:http";

/** The answer to a raw request. */
export type RawAnswer = { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string };

/** What is sent: unlike fetch, this sends any Host, any path as it stands, and no header by itself. */
export type RawRequest = {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
};

/** Sends one request to `origin` exactly as given. */
export function rawRequest(origin: string, path: string, { method = "GET", headers = {}, body }: RawRequest = {}): Promise<RawAnswer> {
  const { hostname, port } = new URL(origin);
  return new Promise((resolve, reject) => {
    const sent = request({ hostname, port, path, method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = [];
      response.on("data", (piece: Buffer) => pieces.push(piece));
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(pieces).toString("utf8") }),
      );
    });
    sent.on("error", reject);
    sent.end(body);
  });
}
