import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { useEffect, useRef } from "react";
import { Fact, Facts } from "./Facts";

export interface Difference {
  name: string;
  /** theirs is the value that somebody else saved. */
  theirs: string;
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
