import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Fact, Facts } from "./Facts";

export interface Difference {
  name: string;
  /** theirs is the value that somebody else saved. */
  theirs: string;
}

/** fieldDifferences returns the named fields in which the saved values differ from a draft. */
export function fieldDifferences<Form extends Record<string, string>>(draft: Form, saved: Form, names: Partial<Record<keyof Form, string>>): Difference[] {
  return Object.entries(names).flatMap(([field, name]) => (draft[field] === saved[field] ? [] : [{ name: name ?? field, theirs: saved[field] ?? "" }]));
}

interface ChangedMeanwhileProps {
  differences: Difference[];
  /** keepMine lets the next save replace the other version. */
  keepMine: () => void;
  takeTheirs: () => void;
}

/** ChangedMeanwhile shows what somebody else saved while this form was open. What was typed here stays. */
export function ChangedMeanwhile({ differences, keepMine, takeTheirs }: ChangedMeanwhileProps) {
  const { t } = useLingui();
  const alert = useRef<HTMLDivElement>(null);
  useEffect(() => alert.current?.focus(), []);
  return (
    <Alert ref={alert} tabIndex={-1} color="yellow" variant="light" role="alert" title={t`Somebody changed this since you opened it.`}>
      <Text size="sm" mb="sm"><Trans>Your entries are kept below. The saved version now has:</Trans></Text>
      <Facts>{differences.map((d) => <Fact key={d.name} name={d.name} empty={t`nothing`}>{d.theirs}</Fact>)}</Facts>
      <Group gap="sm" mt="md">
        <Button size="xs" onClick={keepMine}><Trans>Keep my version</Trans></Button>
        <Button size="xs" variant="default" onClick={takeTheirs}><Trans>Use the saved version</Trans></Button>
      </Group>
    </Alert>
  );
}
