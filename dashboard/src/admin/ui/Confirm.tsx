import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import type { ReactNode } from "react";
import { Dialog } from "./Dialog";
import classes from "./Dialog.module.css";
import { FormProblem } from "./FormProblem";

interface ConfirmProps {
  opened: boolean;
  title: string;
  action: string;
  /** danger marks an action that can't be undone. */
  danger?: boolean;
  disabled?: boolean;
  pending: boolean;
  error: Error | null;
  onConfirm: () => void;
  onClose: () => void;
  children: ReactNode;
}

/** Confirm asks before something that can't be undone. It stays open, with the reason, if the API refuses. */
export function Confirm({ opened, title, action, danger, disabled, pending, error, onConfirm, onClose, children }: ConfirmProps) {
  const submit = (event: React.FormEvent) => {
    event.preventDefault();
    if (!disabled) onConfirm();
  };
  return (
    <Dialog opened={opened} onClose={onClose} title={title}>
      <form className="form" noValidate onSubmit={submit}>
        <FormProblem error={error} form="confirm" />
        {children}
        <div className={classes.actions}>
          <Button variant="default" onClick={onClose}><Trans>Cancel</Trans></Button>
          <Button type="submit" color={danger ? "red" : undefined} loading={pending} disabled={disabled}>{action}</Button>
        </div>
      </form>
    </Dialog>
  );
}
