/// <reference types="vite/client" />
declare module "*.po" {
  import type { Messages } from "@lingui/core";
  export const messages: Messages;
}
declare module "*/invite/states.js" {
  export const states: Record<string, string>;
  export const stateOfZip: (zip: string) => string | undefined;
}
