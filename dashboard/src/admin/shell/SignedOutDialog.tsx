import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { onExpired, signIn } from "../../signin/users";
import { Dialog } from "../ui/Dialog";

/** SignedOutDialog appears when the sign-in has ended and could not be renewed. */
export function SignedOutDialog() {
  const { t } = useLingui();
  const [open, setOpen] = useState(false);
  useEffect(() => onExpired(() => setOpen(true)), []);
  return (
    <Dialog opened={open} onClose={() => setOpen(false)} title={t`Your sign-in has ended`}>
      <Text size="sm"><Trans>Sign in again to go on. What you typed on this page is kept.</Trans></Text>
      <Group justify="flex-end" mt="lg">
        <Button onClick={() => void signIn()} data-autofocus><Trans>Sign in again</Trans></Button>
      </Group>
    </Dialog>
  );
}
