import { Group, Stack, Text, Title } from "@mantine/core";
import { useEffect, useRef, type ReactNode } from "react";
import classes from "./Page.module.css";

interface PageProps {
  title: string;
  /** context names where the page belongs, such as the campaign; it stands in the browser's title. */
  context?: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

let firstPage = true;

/** Page is the frame of every page: its title takes the focus when the page opens, and names the browser's tab. */
export function Page({ title, context, description, actions, children }: PageProps) {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    document.title = [title, context, "Kith"].filter(Boolean).join(" · ");
  }, [title, context]);
  useEffect(() => {
    // The first page keeps the browser's focus, so that the skip link comes first.
    if (!firstPage) heading.current?.focus();
    firstPage = false;
  }, []);
  return (
    <Stack gap="lg">
      <Group justify="space-between" align="flex-start" gap="md" className={classes.header}>
        <div>
          <Title order={1} ref={heading} tabIndex={-1}>{title}</Title>
          {description && <Text c="dimmed" mt={6} maw={640}>{description}</Text>}
        </div>
        {actions && <Group gap="sm" className={classes.actions}>{actions}</Group>}
      </Group>
      {children}
    </Stack>
  );
}
