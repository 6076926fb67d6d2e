/** One key press, as far as commands care. */
export type Stroke = { readonly key: string; readonly mod: boolean };

/** What the keys pressed so far mean: a command, the start of one, or nothing. */
export type Match =
  | { readonly kind: "command"; readonly id: string }
  | { readonly kind: "prefix"; readonly pressed: string }
  | { readonly kind: "none" };

/** The written form of a stroke: `mod+k`, `g`, `?`. */
export function strokeText(stroke: Stroke): string {
  const key = stroke.key.length === 1 ? stroke.key.toLowerCase() : stroke.key.toLowerCase();
  return stroke.mod ? `mod+${key}` : key;
}

/** Matches a stroke after what was `pressed` before. A stroke that continues nothing may still begin something. */
export function matchStroke(bindings: ReadonlyMap<string, string>, pressed: string, stroke: Stroke): Match {
  const text = strokeText(stroke);
  const candidates = pressed === "" ? [text] : [`${pressed} ${text}`, text];
  for (const candidate of candidates) {
    const id = bindings.get(candidate);
    if (id !== undefined) return { kind: "command", id };
    if ([...bindings.keys()].some((keys) => keys.startsWith(`${candidate} `))) return { kind: "prefix", pressed: candidate };
  }
  return { kind: "none" };
}

/** Whether keys belong to what has the focus: people type there. */
export function isTypingIn(target: EventTarget | null): boolean {
  if (!(target instanceof HTMLElement)) return false;
  if (target.isContentEditable || target instanceof HTMLTextAreaElement || target instanceof HTMLSelectElement) return true;
  return target instanceof HTMLInputElement && !["checkbox", "radio", "button", "submit", "range"].includes(target.type);
}
