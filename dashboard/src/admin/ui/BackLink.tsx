import { Anchor, Group } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { Icon } from "./icons";

/** BackLink leads from a page to the list that it belongs to: with its filters and order, if the page was opened there. */
export function BackLink({ to, children }: { to: string; children: ReactNode }) {
  const list = useLocation({ select: (location) => location.state.list });
  return (
    <Anchor component={Link} to={list?.split("?")[0] === to ? list : to} fz="sm" mb="sm" display="inline-block">
      <Group gap={6} component="span"><Icon name="back" size={16} />{children}</Group>
    </Anchor>
  );
}
