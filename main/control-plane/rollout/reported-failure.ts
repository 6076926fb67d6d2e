import { reportedApplication } from "#shared/domain/host/reported.ts";

/** The failure in a stored report, if it tells one. */
export function failureIn(
  reported: string,
): { readonly cause: string; readonly message: string; readonly logTail?: string | undefined } | undefined {
  return reportedApplication.safeParse(JSON.parse(reported)).data?.failure;
}
