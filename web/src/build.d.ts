// Modules that build.mjs makes.

/** The terminals of grammar/filter.lark in the order in which they are tried. */
declare module "grammar:terminals" {
  export const TERMINALS: readonly { readonly name: string; readonly pattern: RegExp }[];
}

declare module "*.css" {
  const text: string;
  export default text;
}
