import { Badge } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./Tag.module.css";

export type Tone = "neutral" | "good" | "attention" | "bad";

/** Tag is a short word about a thing, such as its status. The word says it; the color only helps. */
export function Tag({ tone = "neutral", children }: { tone?: Tone; children: ReactNode }) {
  return <Badge size="sm" radius="sm" tt="none" fw={600} className={classes.tag} data-tone={tone}>{children}</Badge>;
}
