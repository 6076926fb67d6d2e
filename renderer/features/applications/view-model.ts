import type { ApplicationRow } from "#shared/contract/applications.ts";
import { productId } from "#shared/domain/release/release.ts";
import { displayName } from "#shared/lib/scalars.ts";

/** How to register from a shell; a test holds it to what the CLI understands. */
export const REGISTER_CLI = "rollcall app create org.example.web Web";

/** What is typed into the register dialog. */
export type RegisterDraft = { readonly productId: string; readonly name: string; readonly description: string };

/** What is wrong with the product id, or undefined when nothing is. Nothing typed yet is not wrong. */
export function productIdProblem(text: string, taken: readonly ApplicationRow[]): string | undefined {
  if (text === "") return undefined;
  const owner = taken.find((one) => one.productId === text);
  if (owner !== undefined) return `${owner.name} has this product id.`;
  if (productId.safeParse(text).success) return undefined;
  if (!text.includes(".")) return "At least two parts with a dot between them, such as org.example.web.";
  return "Lower-case letters, digits, dashes and dots, such as org.example.web.";
}

/** A name to start from: `org.example.web-front` suggests "Web front". */
export function suggestName(product: string): string {
  const last = (product.split(".").at(-1) ?? "").replaceAll("-", " ").trim();
  return last === "" || !product.includes(".") ? "" : `${last[0]?.toUpperCase() ?? ""}${last.slice(1)}`;
}

/** Whether the draft can be sent. */
export function isRegistrable(draft: RegisterDraft, taken: readonly ApplicationRow[]): boolean {
  return (
    draft.productId !== "" && productIdProblem(draft.productId, taken) === undefined && displayName.safeParse(draft.name.trim()).success
  );
}

/** Whether an application carries the words: in its name, its product id or what is said about it. */
export function matchesWords(application: ApplicationRow, text: string): boolean {
  const hay = `${application.name} ${application.productId} ${application.description}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => hay.includes(word));
}
