import { Trans } from "@lingui/react/macro";
import { useEffect, useId, useRef, type ReactNode } from "react";

interface DialogProps {
  open: boolean;
  onClose: () => void;
  title: string;
  /** Whether the dialog asks a question, so that its last button is Cancel. */
  asks?: boolean;
  children: ReactNode;
}

/** Dialog asks something above the page. Escape and the last button close it. */
export function Dialog({ open, onClose, title, asks, children }: DialogProps) {
  const id = useId();
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && !dialog.current?.open) dialog.current?.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={onClose}>
      {open && (
        <>
          <h2 id={id}>{title}</h2>
          {children}
          <div className="actions even"><button type="button" className="quiet" onClick={onClose}>{asks ? <Trans>Cancel</Trans> : <Trans>Close</Trans>}</button></div>
        </>
      )}
    </dialog>
  );
}
