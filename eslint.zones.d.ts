export const zones: readonly { readonly target: string; readonly from: string; readonly message: string }[];
