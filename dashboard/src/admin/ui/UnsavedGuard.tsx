import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { useBlocker } from "@tanstack/react-router";
import { isLeaving } from "../../signin/users";
import { Dialog } from "./Dialog";

interface UnsavedGuardProps {
  isDirty: () => boolean;
  /** discard forgets what was typed. It is called before the page is left. */
  discard: () => void;
}

/** UnsavedGuard asks before a page with unsaved work is left, by a link, by Back or by closing the tab. */
export function UnsavedGuard({ isDirty, discard }: UnsavedGuardProps) {
  const { t } = useLingui();
  const blocker = useBlocker({ shouldBlockFn: isDirty, enableBeforeUnload: () => isDirty() && !isLeaving(), withResolver: true });
  const leave = () => {
    discard();
    blocker.proceed?.();
  };
  return (
    <Dialog opened={blocker.status === "blocked"} onClose={() => blocker.reset?.()} title={t`Leave without saving?`}>
      <Text size="sm"><Trans>You have changes on this page that are not saved.</Trans></Text>
      <Group gap="sm" mt="lg" className="form-actions">
        <Button onClick={() => blocker.reset?.()} data-autofocus><Trans>Stay on this page</Trans></Button>
        <Button variant="default" onClick={leave}><Trans>Leave without saving</Trans></Button>
      </Group>
    </Dialog>
  );
}
