import type { ServerResponse } from "node:http";

/** One authenticated request, with a body that was bounded and parsed, not yet looked into. */
export type IpcRequest = {
  /** The release whose token was shown. */
  readonly asker: string;
  /** What stands for `:id` in the route's path; empty where there is none. */
  readonly id: string;
  readonly query: URLSearchParams;
  readonly lastEventId: string | undefined;
  readonly body: unknown;
  /** Aborted when the client is gone. */
  readonly signal: AbortSignal;
};

/** What a route answers: a document, or a stream that it writes itself and that ends with the request's signal. */
export type IpcAnswer =
  | { readonly status: 200 | 202 | 204; readonly body?: object }
  | { readonly stream: (response: ServerResponse) => void };

/** One thing that an application may ask. */
export type IpcRoute = {
  readonly method: "GET" | "POST" | "PUT" | "DELETE";
  /** Below `/v1/`; a last part `:id` takes one part of the path. */
  readonly path: string;
  readonly handle: (request: IpcRequest) => IpcAnswer | Promise<IpcAnswer>;
};

/** The route of a request with its `:id`, or undefined. */
export function findRoute(
  routes: readonly IpcRoute[],
  method: string | undefined,
  path: string,
): { readonly route: IpcRoute; readonly id: string } | undefined {
  const match = /^\/v1\/([a-z]+)(?:\/([A-Za-z0-9-]{1,64}))?$/.exec(path);
  if (match === null) return undefined;
  const [, name = "", id = ""] = match;
  const route = routes.find((one) => one.method === method && one.path === (id === "" ? name : `${name}/:id`));
  return route && { route, id };
}
