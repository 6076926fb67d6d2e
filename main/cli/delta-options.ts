import { AppError } from "#shared/errors/app-error.ts";
import { flag } from "./arguments.ts";
import type { Arguments } from "./command.ts";

/** Options of commands that publish: whether deltas are made first. Without either, a server makes them and a desktop does not. */
export const DELTA_OPTIONS = { deltas: { type: "boolean" }, "no-deltas": { type: "boolean" } } as const;

/** Those options as usage lines show them. */
export const DELTA_USAGE = "[--deltas | --no-deltas]";

/** Reads {@link DELTA_OPTIONS}. @throws AppError INPUT_INVALID when both are given. */
export function deltaWish(given: Arguments): { readonly deltas?: boolean } {
  const [isOn, isOff] = [flag(given, "deltas"), flag(given, "no-deltas")];
  if (isOn && isOff) throw new AppError("INPUT_INVALID", "Give --deltas or --no-deltas, not both; nothing was published.");
  return isOn || isOff ? { deltas: isOn } : {};
}
