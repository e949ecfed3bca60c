import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";

interface FormActionsProps {
  pending: boolean;
  cancel?: () => void;
  /** cancelLabel replaces Cancel, where there is nothing to cancel. */
  cancelLabel?: ReactNode;
  label?: ReactNode;
  /** danger marks an action that can't be undone. */
  danger?: boolean;
  disabled?: boolean;
}

/** FormActions ends a form: save and cancel. */
export function FormActions({ pending, cancel, cancelLabel, label, danger, disabled }: FormActionsProps) {
  return (
    <Group gap="sm" mt="xs" className="form-actions">
      <Button type="submit" color={danger ? "red" : undefined} loading={pending} disabled={disabled}>{label ?? <Trans>Save</Trans>}</Button>
      {cancel && <Button variant="default" onClick={cancel}>{cancelLabel ?? <Trans>Cancel</Trans>}</Button>}
    </Group>
  );
}
