import { Button, VisuallyHidden, type ButtonProps } from "@mantine/core";
import { useId, type ReactNode } from "react";
import { Tooltip } from "./Tooltip";

interface ReasonButtonProps extends ButtonProps {
  /** reason says why the button can't be used now; without one it can. */
  reason?: string | false;
  "aria-label"?: string;
  onClick?: () => void;
  children: ReactNode;
  ref?: React.Ref<HTMLButtonElement>;
}

/** ReasonButton stays in the tab order while it can't be used, so that everybody learns the reason. */
export function ReasonButton({ reason, onClick, children, ...button }: ReasonButtonProps) {
  const id = useId();
  if (!reason) return <Button onClick={onClick} {...button}>{children}</Button>;
  return (
    <Tooltip label={reason}>
      <Button {...button} data-disabled aria-disabled aria-describedby={id}>
        {children}
        <VisuallyHidden id={id}>{reason}</VisuallyHidden>
      </Button>
    </Tooltip>
  );
}
