import { t } from "@lingui/core/macro";
import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { useClipboard } from "@mantine/hooks";
import { announce } from "../ui/announce";
import { Icon } from "../ui/icons";

/** CopyLinkButton copies the address, which holds filters, order and columns of the list. */
export function CopyLinkButton() {
  const clipboard = useClipboard();
  const copy = () => {
    clipboard.copy(location.href);
    announce(t`Link to this view copied`);
  };
  return <Button variant="default" leftSection={<Icon name="link" size={16} />} onClick={copy}><Trans>Copy link</Trans></Button>;
}
