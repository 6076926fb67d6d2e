/** What one probe found. `said` is for people: a status or the reason why there is none. */
export type ProbeResult = { readonly good: boolean; readonly said: string };
