import type { Server } from "node:http";
import { AppError } from "#shared/errors/app-error.ts";
import { errnoOf } from "#main/node/disk-error.ts";

/** Binds the server and answers its port. @throws AppError ENV_PORT_IN_USE, or INPUT_INVALID for an address that is not this machine's. */
export function listen(server: Server, host: string, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once("error", (failure) => reject(explain(failure, host, port)));
    server.listen({ host, port, backlog: 4096 }, () => {
      const address = server.address();
      resolve(typeof address === "object" && address !== null ? address.port : port);
    });
  });
}

function explain(failure: Error, host: string, port: number): unknown {
  switch (errnoOf(failure)) {
    case "EADDRINUSE":
      return new AppError("ENV_PORT_IN_USE", `Port ${port} on ${host} is used by another program; nothing was started.`, {
        cause: failure,
      });
    case "EACCES":
      return new AppError("ENV_PORT_IN_USE", `This user may not listen on port ${port}; nothing was started.`, { cause: failure });
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return new AppError("INPUT_INVALID", `${host} is no address of this machine; nothing was started.`, { cause: failure });
    default:
      return failure;
  }
}
