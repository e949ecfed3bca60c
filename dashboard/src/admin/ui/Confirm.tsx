import type { ReactNode } from "react";
import { Dialog } from "./Dialog";
import { FormActions } from "./FormActions";
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
        <FormActions pending={pending} cancel={onClose} label={action} danger={danger} disabled={disabled} />
      </form>
    </Dialog>
  );
}
