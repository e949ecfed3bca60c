import { Trans } from "@lingui/react/macro";
import { Text, Textarea } from "@mantine/core";
import { useId } from "react";
import { Markdown } from "../../ui/Markdown";
import classes from "./MarkdownField.module.css";

interface MarkdownFieldProps {
  id: string;
  label: string;
  description?: string;
  error?: string;
  value: string;
  onChange: (value: string) => void;
}

/** MarkdownField shows beside the text how mobilizers see it. */
export function MarkdownField({ id, label, description, error, value, onChange }: MarkdownFieldProps) {
  const heading = useId();
  return (
    <div className={classes.field}>
      <Textarea id={id} label={label} description={description} error={error} value={value} rows={8} onChange={(event) => onChange(event.currentTarget.value)} />
      <section aria-labelledby={`${id}-label ${heading}`}>
        <Text id={heading} size="sm" fw={500} c="dimmed"><Trans>Preview, as mobilizers see it</Trans></Text>
        <div className={`markdown ${classes.preview}`}>
          {value.trim() ? <Markdown text={value} /> : <Text size="sm" c="dimmed"><Trans>Write **bold**, *italic*, lists with - and links as [text](https://…).</Trans></Text>}
        </div>
      </section>
    </div>
  );
}
