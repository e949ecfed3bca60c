import { Trans, useLingui } from "@lingui/react/macro";
import { Text, Textarea } from "@mantine/core";
import { useId } from "react";
import classes from "../../ui/MarkdownField.module.css";

interface MessageFieldProps {
  id: string;
  label: string;
  description?: string;
  error?: string;
  lang?: string;
  value: string;
  onChange: (value: string) => void;
}

const limit = 500;
const placeholder = "{first_name}";

/** MessageField shows beside a suggested message the text that a mobilizer sends to a contact named Maria. */
export function MessageField({ id, value, onChange, ...field }: MessageFieldProps) {
  const { t } = useLingui();
  const heading = useId();
  const length = [...value].length;
  return (
    <div className={classes.field}>
      <div>
        <Textarea id={id} {...field} rows={4} value={value} onChange={(event) => onChange(event.currentTarget.value)} />
        <Text size="xs" c="dimmed" mt={4}>{t`${length} of ${limit} characters`}</Text>
      </div>
      <section aria-labelledby={`${id}-label ${heading}`}>
        <Text id={heading} size="sm" fw={500} c="dimmed"><Trans>Preview for Maria</Trans></Text>
        <div className={classes.preview} lang={field.lang} style={{ whiteSpace: "pre-wrap" }}>
          {value.trim() ? filled(value, "Maria") : <Text size="sm" c="dimmed"><Trans>Write {placeholder} where the contact's first name goes.</Trans></Text>}
        </div>
      </section>
    </div>
  );
}

/** filled returns a message with a contact's first name in place of the placeholder. */
const filled = (message: string, firstName: string) => message.replaceAll(placeholder, firstName);
