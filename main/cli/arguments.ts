import { AppError } from "#shared/errors/app-error.ts";
import type { Arguments } from "./command.ts";

/** The text of an option, or undefined. */
export function textOption(given: Arguments, name: string): string | undefined {
  const value = given.values[name];
  return typeof value === "string" ? value : undefined;
}

/** The texts of an option that may be given several times, in their order. */
export function textsOption(given: Arguments, name: string): readonly string[] {
  const value = given.values[name];
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** @throws AppError INPUT_INVALID when the option is missing. */
export function requiredOption(given: Arguments, name: string): string {
  const value = textOption(given, name);
  if (value === undefined) throw new AppError("INPUT_INVALID", `The option --${name} is missing; nothing was done.`);
  return value;
}

/** Whether a flag was given. */
export function flag(given: Arguments, name: string): boolean {
  return given.values[name] === true;
}

/** The word at `index`. @throws AppError INPUT_INVALID that names what is missing. */
export function word(given: Arguments, index: number, what: string): string {
  const value = given.positionals[index];
  if (value === undefined) throw new AppError("INPUT_INVALID", `${what} is missing; nothing was done. See --help.`);
  return value;
}

/** What an option may be: whole, unless it may have a part. */
export type NumberRange = { readonly min: number; readonly max: number; readonly parts?: boolean };

/** A number from an option. @throws AppError INPUT_INVALID outside of the range. */
export function numberOption(given: Arguments, name: string, range: NumberRange): number | undefined {
  const text = textOption(given, name);
  if (text === undefined) return undefined;
  const value = Number(text);
  const isKind = range.parts === true ? Number.isFinite(value) : Number.isInteger(value);
  if (text.trim() === "" || !isKind || value < range.min || value > range.max) {
    throw new AppError(
      "INPUT_INVALID",
      `--${name} takes a ${range.parts === true ? "number" : "whole number"} from ${range.min} to ${range.max}, not "${text.slice(0, 40)}"; nothing was done.`,
    );
  }
  return value;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** A duration such as `90s`, `10m`, `2h`, `1d` in milliseconds. @throws AppError INPUT_INVALID. */
export function parseDuration(text: string): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  const unit = UNITS[found?.[2] ?? ""];
  if (found === null || unit === undefined)
    throw new AppError("INPUT_INVALID", `"${text.slice(0, 40)}" is not a duration such as 90s, 10m or 2h; nothing was done.`);
  return Math.round(Number(found[1]) * unit);
}
