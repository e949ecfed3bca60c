import { Trans } from "@lingui/react/macro";
import { Stack, Text } from "@mantine/core";
import { useState, type ReactNode } from "react";

interface SpanishTextsProps {
  /** filled opens the fields at first, because one of them has a text. */
  filled: boolean;
  children: ReactNode;
}

/** SpanishTexts folds the optional Spanish texts of a form. */
export function SpanishTexts({ filled, children }: SpanishTextsProps) {
  const [open] = useState(filled);
  return (
    <details open={open}>
      <summary><Trans>Spanish texts (optional)</Trans></summary>
      <Stack gap="sm" mt="sm">
        <Text size="xs" c="dimmed"><Trans>For readers of Spanish. Where a text is missing, they get the one above. Exports use the texts above.</Trans></Text>
        {children}
      </Stack>
    </details>
  );
}
