import { useLingui } from "@lingui/react/macro";
import { TextInput } from "@mantine/core";

interface SlugFieldProps {
  id: string;
  error?: string;
  /** address is a landing page's address, from which the part before the slug is shown. */
  address: string;
  value: string;
  disabled?: boolean;
  /** changing is true where the campaign has an address already. */
  changing?: boolean;
  onChange: (slug: string) => void;
}

/** SlugField takes the last part of a landing page's address. */
export function SlugField({ id, error, address, value, disabled, changing, onChange }: SlugFieldProps) {
  const { t } = useLingui();
  const base = address.slice(0, address.lastIndexOf("/") + 1);
  return (
    <TextInput
      id={id} error={error} label={t`Address of the landing page`} required maw={520} disabled={disabled}
      description={[t`The part after ${base}: 3 to 60 lowercase letters, digits and hyphens.`, changing && t`Earlier addresses keep working.`].filter(Boolean).join(" ")}
      value={value} autoCapitalize="none" autoCorrect="off" spellCheck={false}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** slugOf proposes a slug for a name. */
export const slugOf = (name: string) =>
  name.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-+|-+$/g, "").slice(0, 60).replace(/-$/, "");
