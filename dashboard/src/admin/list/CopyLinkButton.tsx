import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { announce } from "../ui/announce";
import { Icon } from "../ui/icons";

/** CopyLinkButton copies the address, which holds filters, order and columns of the list: also columns that this browser kept from the last time. */
export function CopyLinkButton({ columns }: { columns?: string[] }) {
  const clipboard = useClipboard();
  const copy = () => {
    const address = new URL(location.href);
    if (columns) address.searchParams.set("columns", columns.join(","));
    clipboard.copy(address.href);
    announce(t`Link to this view copied`);
  };
  return <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={copy}><Trans>Copy link</Trans></Button>;
}
