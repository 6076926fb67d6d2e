import { QueryObserver, type QueryClient, type QueryObserverResult } from "@tanstack/react-query";
import type { ContractClient } from "#shared/contract/index.ts";
import type { Upload } from "#shared/domain/artifact/artifact.ts";
import { AppError, fromWire } from "#shared/errors/app-error.ts";
import { keys } from "../query-keys.ts";

/** What following needs, and whom it tells of every change. */
export type FollowedUpload = {
  readonly client: ContractClient;
  readonly queries: QueryClient;
  readonly uploadId: string;
  readonly signal: AbortSignal;
  readonly onChange: (upload: Upload) => void;
};

/**
 * Waits until the control plane has verified an upload. The live feed marks uploads stale, so this asks only when
 * something happened, and once more whenever a lost feed comes back.
 *
 * @throws AppError with the reason why the upload failed, or CANCELLED.
 */
export function followUpload({ client, queries, uploadId, signal, onChange }: FollowedUpload): Promise<Upload> {
  const end = Promise.withResolvers<Upload>();
  const observer = new QueryObserver<Upload, AppError>(queries, {
    queryKey: keys.upload(uploadId),
    queryFn: (context) => client.uploads.get({ uploadId }, { signal: context.signal }),
    gcTime: 0,
  });
  const look = ({ data, error }: QueryObserverResult<Upload, AppError>): void => {
    if (error !== null && !error.retryable) end.reject(error);
    if (data === undefined) return;
    onChange(data);
    if (data.state === "ready" || data.state === "consumed") end.resolve(data);
    if (data.state === "failed") end.reject(failureOf(data));
  };
  const cancel = () => end.reject(new AppError("CANCELLED", "The file was taken out while it was verified."));
  signal.addEventListener("abort", cancel, { once: true });
  const stop = observer.subscribe(look);
  look(observer.getCurrentResult());
  return end.promise.finally(() => {
    stop();
    signal.removeEventListener("abort", cancel);
  });
}

function failureOf({ error, fileName }: Upload): AppError {
  return error === undefined ? new AppError("INTERNAL", `The upload of ${fileName} failed; nothing was kept of it.`) : fromWire(error);
}
