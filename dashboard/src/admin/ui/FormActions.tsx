import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

/** FormActions ends a form: save and cancel. */
export function FormActions({ pending, cancel, label }: { pending: boolean; cancel?: () => void; label?: ReactNode }) {
  return (
    <Group gap="sm" mt="xs" className="form-actions">
      <Button type="submit" loading={pending}>{label ?? <Trans>Save</Trans>}</Button>
      {cancel && <Button variant="default" onClick={cancel}><Trans>Cancel</Trans></Button>}
    </Group>
  );
}
