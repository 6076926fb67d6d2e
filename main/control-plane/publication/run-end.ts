/** How a run of a publication ended that was not cut short and did not fail. */
export type RunEnd = { readonly kind: "completed" } | { readonly kind: "waiting"; readonly message: string };
