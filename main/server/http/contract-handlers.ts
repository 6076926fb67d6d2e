import { RPCHandler } from "@orpc/server/node";
import type { ControlPlane } from "#main/control-plane/compose.ts";
import { nameDecodingFailure, type ContractHandler } from "./api-mount.ts";

type Router = ControlPlane["router"];

/** The RPC protocol at `/rpc`, for the console and the CLI. */
export function rpcHandler(router: Router): ContractHandler {
  return new RPCHandler(router, { interceptors: [(options) => nameDecodingFailure(() => options.next())] });
}

/** REST at `/api/v1`, for everyone else. Loaded when it is first asked for, since no start needs it. */
export async function restHandler(router: Router): Promise<ContractHandler> {
  const [{ OpenAPIHandler }, { SmartCoercionPlugin }, { ZodToJsonSchemaConverter }] = await Promise.all([
    import("@orpc/openapi/node"),
    import("@orpc/json-schema"),
    import("@orpc/zod/zod4"),
  ]);
  return new OpenAPIHandler(router, {
    plugins: [new SmartCoercionPlugin({ schemaConverters: [new ZodToJsonSchemaConverter()] })],
    interceptors: [(options) => nameDecodingFailure(() => options.next())],
  });
}
