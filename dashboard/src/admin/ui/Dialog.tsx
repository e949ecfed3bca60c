import { useLingui } from "@lingui/react/macro";
import { CloseButton, Group, Title } from "@mantine/core";
import { useEffect, useId, useRef, type ReactNode } from "react";
import { Breakable } from "../../ui/Breakable";
import classes from "./Dialog.module.css";
import { rememberPlace } from "./focus";

interface DialogProps {
  opened: boolean;
  title: string;
  onClose: () => void;
  /** side shows the dialog as a panel at the edge of the page. */
  side?: boolean;
  children: ReactNode;
}

/**
 * Dialog is the browser's own modal dialog: it keeps the focus inside, Esc closes it, and the focus returns afterwards.
 * It covers everything else on the page: what opens from inside it must not be in a portal.
 */
export function Dialog({ opened, ...dialog }: DialogProps) {
  return opened ? <OpenDialog {...dialog} /> : null;
}

function OpenDialog({ title, onClose, side, children }: Omit<DialogProps, "opened">) {
  const { t } = useLingui();
  const id = useId();
  const element = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    const dialog = element.current!;
    const focusOpener = rememberPlace(document.activeElement);
    dialog.showModal();
    dialog.querySelector<HTMLElement>("[data-autofocus]")?.focus();
    return () => {
      dialog.close();
      focusOpener();
    };
  }, []);
  const cancel = (event: React.SyntheticEvent) => {
    event.preventDefault();
    onClose();
  };
  return (
    <dialog ref={element} aria-labelledby={id} className={classes.dialog} data-side={side || undefined} onCancel={cancel}>
      <Group justify="space-between" wrap="nowrap" align="center" className={classes.header}>
        <Title order={2} id={id} className={classes.title}><Breakable>{title}</Breakable></Title>
        <CloseButton onClick={onClose} aria-label={t`Close`} />
      </Group>
      <div className={classes.body}>{children}</div>
    </dialog>
  );
}
