import { describe, expect, it } from "vitest";
import { findCommand } from "#main/cli/commands.ts";
import { type Command, COMMANDS } from "#shared/commands/commands.ts";
import { PERMISSIONS } from "#shared/domain/access/permission.ts";

const commands: readonly Command[] = COMMANDS;
const repeated = (values: readonly string[]): readonly string[] => values.filter((value, index) => values.indexOf(value) !== index);

describe("every user command", () => {
  it("has an id and a key of its own", () => {
    expect(repeated(commands.map(({ id }) => id))).toEqual([]);
    expect(repeated(commands.flatMap((command) => ("keys" in command ? [command.keys] : [])))).toEqual([]);
  });

  it.each(commands)("$id has a key, or says why not", (command) => {
    expect("keys" in command ? command.keys : command.keyless).not.toBe("");
  });

  it.each(commands)("$id names a permission that exists", ({ permission }) => {
    expect(["anyone", ...PERMISSIONS]).toContain(permission);
  });

  it.each(commands.filter(({ cli }) => cli !== undefined))("$id can be typed as it says: $cli", ({ cli }) => {
    const words = (cli ?? "").split(" ").slice(1);
    expect(findCommand(words)?.words).toBeDefined();
  });
});
