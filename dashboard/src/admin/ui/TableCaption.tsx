import { VisuallyHidden } from "@mantine/core";
import type { ReactNode } from "react";

/** TableCaption names a table for screen readers. */
export const TableCaption = ({ children }: { children: ReactNode }) => <VisuallyHidden component="caption">{children}</VisuallyHidden>;
