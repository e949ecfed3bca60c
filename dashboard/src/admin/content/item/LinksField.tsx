import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Stack, Text, TextInput } from "@mantine/core";
import { fieldId, fieldProps } from "../../ui/fields";
import { useNextFocus } from "../../ui/focus";
import { Icon } from "../../ui/icons";
import type { LinkForm } from "./itemForm";
import classes from "./LinksField.module.css";

interface LinksFieldProps {
  form: string;
  error: Error | null;
  links: LinkForm[];
  onChange: (links: LinkForm[]) => void;
}

const most = 10;

export function LinksField({ form, error, links, onChange }: LinksFieldProps) {
  const { t } = useLingui();
  const group = fieldProps(form, "links", error);
  const focusNext = useNextFocus();
  const remove = (at: number) => {
    focusNext(links.length > 1 ? fieldId(form, `links[${Math.min(at, links.length - 2)}].label`) : group.id);
    onChange(links.filter((_, n) => n !== at));
  };
  const change = (key: string, values: Partial<LinkForm>) => onChange(links.map((link) => (link.key === key ? { ...link, ...values } : link)));
  return (
    <Stack component="fieldset" gap="xs" p={0} m={0} bd={0} id={group.id} tabIndex={-1}>
      <Text component="legend" fw={600} size="sm" p={0} mb={4}><Trans>Links</Trans></Text>
      {group.error && <Text size="sm" c="var(--mantine-color-error)">{group.error}</Text>}
      {links.map((link, n) => (
        <div key={link.key} className={classes.row}>
          <TextInput {...fieldProps(form, `links[${n}].label`, error)} label={t`Text of link ${n + 1}`} value={link.label} onChange={(event) => change(link.key, { label: event.currentTarget.value })} />
          <TextInput {...fieldProps(form, `links[${n}].url`, error)} label={t`Address of link ${n + 1}`} type="url" placeholder="https://" required value={link.url} onChange={(event) => change(link.key, { url: event.currentTarget.value })} />
          <Button variant="subtle" color="red" size="xs" onClick={() => remove(n)} aria-label={t`Delete link ${n + 1}`}><Trans>Delete</Trans></Button>
        </div>
      ))}
      <Button variant="default" size="xs" leftSection={<Icon name="plus" size={14} />} disabled={links.length >= most} style={{ alignSelf: "flex-start" }} onClick={() => onChange([...links, { key: crypto.randomUUID(), label: "", url: "" }])}>
        <Trans>Add a link</Trans>
      </Button>
    </Stack>
  );
}
