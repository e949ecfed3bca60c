import { Group, Paper, Text, Title } from "@mantine/core";
import { useId, type ReactNode } from "react";
import classes from "./Section.module.css";

interface SectionProps {
  title: string;
  description?: ReactNode;
  actions?: ReactNode;
  /** beside keeps the actions beside the title on small screens, too: for a button as short as Edit. */
  beside?: boolean;
  children?: ReactNode;
}

/** Section is a titled card of a page. */
export function Section({ title, description, actions, beside, children }: SectionProps) {
  const id = useId();
  return (
    <Paper component="section" aria-labelledby={id} withBorder className={classes.section}>
      <div className={classes.header}>
        <Title order={2} id={id} className={classes.title}>{title}</Title>
        {actions && <Group gap="xs" className={classes.actions} data-beside={beside || !description || undefined}>{actions}</Group>}
        {description && <div className={classes.description}><Text size="sm" c="dimmed" maw={700}>{description}</Text></div>}
      </div>
      {children && <div className={classes.body}>{children}</div>}
    </Paper>
  );
}
