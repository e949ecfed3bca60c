import { Text, type ButtonProps } from "@mantine/core";
import { useLingui } from "@lingui/react/macro";
import type { QueryKey } from "@tanstack/react-query";
import { useState, type ReactNode } from "react";
import { useWrite } from "../data/useWrite";
import { announce } from "./announce";
import { Confirm } from "./Confirm";
import { ReasonButton } from "./ReasonButton";

interface DeleteButtonProps extends ButtonProps {
  /** name is the name of the thing to delete. */
  name: string;
  /** reason says why it can't be deleted now; without one it can. */
  reason?: string | false;
  /** write deletes the thing. A page of the thing is left in write, before its queries are read again. */
  write: () => Promise<unknown>;
  changes: QueryKey[];
  /** children say exactly what is deleted, and what is kept. */
  children: ReactNode;
}

/** DeleteButton deletes a thing after asking. */
export function DeleteButton({ name, reason, write, changes, children, ...button }: DeleteButtonProps) {
  const { t } = useLingui();
  const [asked, setAsked] = useState(false);
  const remove = useWrite({
    write: (_: void) => write(), changes,
    onSuccess: () => {
      setAsked(false);
      announce(t`Deleted`);
    },
  });
  const close = () => {
    setAsked(false);
    remove.reset();
  };
  return (
    <>
      <ReasonButton variant="default" color="red" {...button} reason={reason} aria-label={t`Delete: ${name}`} onClick={() => setAsked(true)}>{t`Delete`}</ReasonButton>
      <Confirm opened={asked} title={t`Delete ${name}?`} action={t`Delete`} danger pending={remove.pending} error={remove.error} onConfirm={() => remove.submit()} onClose={close}>
        <Text size="sm" style={{ whiteSpace: "normal" }}>{children}</Text>
      </Confirm>
    </>
  );
}
