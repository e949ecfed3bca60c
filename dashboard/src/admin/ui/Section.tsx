import { Group, Paper, Text, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./Section.module.css";

interface SectionProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** Section is a titled card of a page. */
export function Section({ title, description, actions, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} withBorder className={classes.section}>
      <Group justify="space-between" align="flex-start" wrap="nowrap" gap="md" className={classes.header}>
        <div>
          <Title order={2} id={id}>{title}</Title>
          {description && <Text size="sm" c="dimmed" mt={2}>{description}</Text>}
        </div>
        {actions && <Group gap="xs" wrap="nowrap" className={classes.actions}>{actions}</Group>}
      </Group>
      {children}
    </Paper>
  );
}
