import { Anchor } from "@mantine/core";
import { Link, useLocation } from "@tanstack/react-router";
import type { ReactNode } from "react";

/** RowLink leads from a row of a list to its page, whose BackLink leads back to the list as it is shown. */
export function RowLink({ to, children }: { to: string; children: ReactNode }) {
  const list = useLocation({ select: (location) => location.href });
  return <Anchor component={Link} to={to} state={{ list }} fw={600}>{children}</Anchor>;
}
