import { useLingui } from "@lingui/react/macro";

/** useFirstSteps names what leads from nothing to a published campaign. */
export function useFirstSteps(): string[] {
  const { t } = useLingui();
  return [t`Organization`, t`Campaign`, t`Action items`, t`Publish`];
}
