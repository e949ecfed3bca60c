import { Anchor, Group } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon } from "./icons";

/** BackLink leads from a page to the list that it belongs to. */
export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  return (
    <Anchor component={Link} to={to} fz="sm" mb="sm" display="inline-block">
      <Group gap={6} component="span"><Icon name="back" size={16} />{children}</Group>
    </Anchor>
  );
}
