import { useLingui } from "@lingui/react/macro";
import type { Role } from "./queries";

/** useRoleNames names the roles of administrators. */
export function useRoleNames(): Record<Role, string> {
  const { t } = useLingui();
  return { owner: t`Owner`, admin: t`Admin` };
}
