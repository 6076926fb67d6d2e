import { describe, expect, it } from "vitest";
import type { ApplicationRow } from "#shared/contract/applications.ts";
import { isRegistrable, matchesWords, productIdProblem, suggestName } from "#renderer/features/applications/view-model.ts";

// Why the cast: a test tells only what the functions read.
const web = { name: "Web", productId: "org.acme.web", description: "The shop" } as unknown as ApplicationRow;

describe("registering an application", () => {
  it("complains about a product id only once one is typed, and says what is wrong with it", () => {
    expect(productIdProblem("", [web])).toBeUndefined();
    expect(productIdProblem("web", [web])).toContain("At least two parts");
    expect(productIdProblem("Org.Acme", [web])).toContain("Lower-case letters");
    expect(productIdProblem("org.acme.web", [web])).toBe("Web has this product id.");
    expect(productIdProblem("org.acme.api", [web])).toBeUndefined();
  });

  it("suggests a name from the product id", () => {
    expect(suggestName("org.acme.web-front")).toBe("Web front");
    expect(suggestName("org")).toBe("");
    expect(suggestName("")).toBe("");
  });

  it("needs a free product id and a name", () => {
    const draft = { productId: "org.acme.api", name: "Api", description: "" };
    expect(isRegistrable(draft, [web])).toBe(true);
    expect(isRegistrable({ ...draft, name: " " }, [web])).toBe(false);
    expect(isRegistrable({ ...draft, productId: "org.acme.web" }, [web])).toBe(false);
    expect(isRegistrable({ ...draft, productId: "" }, [web])).toBe(false);
  });
});

describe("the filter of applications", () => {
  it("finds every word in name, product id or description", () => {
    expect(matchesWords(web, "")).toBe(true);
    expect(matchesWords(web, "acme SHOP")).toBe(true);
    expect(matchesWords(web, "acme api")).toBe(false);
  });
});
