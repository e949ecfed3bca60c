import { CloseButton, Group, Paper, Text } from "@mantine/core";
import { useLingui } from "@lingui/react/macro";
import { useEffect, useState } from "react";
import { Breakable } from "../../ui/Breakable";
import { Icon } from "./icons";
import classes from "./announce.module.css";

interface Announcement {
  text: string;
  failed: boolean;
}

const announcements = new EventTarget();
const show = (detail: Announcement) => void announcements.dispatchEvent(new CustomEvent("announce", { detail }));

/** announce shows a short message for some seconds and says it to screen readers, such as "Saved". */
export const announce = (text: string) => show({ text, failed: false });

/** announceFailure shows why an action failed until it is closed, and says it to screen readers. */
export const announceFailure = (text: string) => show({ text, failed: true });

/** Announcer is the one live region of the page. */
export function Announcer() {
  const { t } = useLingui();
  const [shown, setShown] = useState<Announcement>();
  useEffect(() => {
    let timer: number | undefined;
    const receive = (event: Event) => {
      const { detail } = event as CustomEvent<Announcement>;
      clearTimeout(timer);
      setShown(detail);
      if (!detail.failed) timer = window.setTimeout(() => setShown(undefined), 5_000);
    };
    announcements.addEventListener("announce", receive);
    return () => {
      clearTimeout(timer);
      announcements.removeEventListener("announce", receive);
    };
  }, []);
  return (
    <div role="status" className={classes.region}>
      {shown && (
        <Paper className={classes.message} shadow="md">
          <Group gap="xs" wrap="nowrap">
            <Icon name={shown.failed ? "missing" : "check"} />
            <Text size="sm"><Breakable>{shown.text}</Breakable></Text>
            {shown.failed && <CloseButton className={classes.close} aria-label={t`Close the message`} onClick={() => setShown(undefined)} />}
          </Group>
        </Paper>
      )}
    </div>
  );
}
