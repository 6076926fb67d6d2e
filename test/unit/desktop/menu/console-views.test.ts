import { describe, expect, it } from "vitest";
import { CONSOLE_VIEWS } from "#main/desktop/menu/console-views.ts";
import { PLACES } from "#renderer/app/navigation.ts";

describe("the views of the menu", () => {
  it("are the places of the console's sidebar, in its order", () => {
    expect(CONSOLE_VIEWS.map((view) => [view.label, view.path])).toEqual(PLACES.map((place) => [place.name, place.href]));
  });
});
