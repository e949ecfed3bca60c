import { Group, Paper, Text } from "@mantine/core";
import { useEffect, useState } from "react";
import { Breakable } from "../../ui/Breakable";
import { Icon } from "./icons";
import classes from "./announce.module.css";

const announcements = new EventTarget();

/** announce shows a short message for some seconds and says it to screen readers, such as "Saved". */
export const announce = (text: string) => void announcements.dispatchEvent(new CustomEvent("announce", { detail: text }));

/** Announcer is the one live region of the page. */
export function Announcer() {
  const [text, setText] = useState("");
  useEffect(() => {
    let timer: number | undefined;
    const show = (event: Event) => {
      clearTimeout(timer);
      setText((event as CustomEvent<string>).detail);
      timer = window.setTimeout(() => setText(""), 5_000);
    };
    announcements.addEventListener("announce", show);
    return () => {
      clearTimeout(timer);
      announcements.removeEventListener("announce", show);
    };
  }, []);
  return (
    <div role="status" className={classes.region}>
      {text && (
        <Paper className={classes.message} shadow="md">
          <Group gap="xs" wrap="nowrap"><Icon name="check" /><Text size="sm"><Breakable>{text}</Breakable></Text></Group>
        </Paper>
      )}
    </div>
  );
}
