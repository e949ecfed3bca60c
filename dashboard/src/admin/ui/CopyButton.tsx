import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { Icon } from "./icons";
import { announce } from "./announce";
import { t } from "@lingui/core/macro";

/** CopyButton copies a text. label names it for screen readers, such as "Copy the landing page address". */
export function CopyButton({ value, label }: { value: string; label: string }) {
  const clipboard = useClipboard({ timeout: 2_000 });
  const copy = () => {
    clipboard.copy(value);
    announce(t`Copied`);
  };
  return (
    <Button size="xs" variant="default" leftSection={<Icon name={clipboard.copied ? "check" : "copy"} size={14} />} aria-label={label} onClick={copy}>
      {clipboard.copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
    </Button>
  );
}
