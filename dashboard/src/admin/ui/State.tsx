import { Trans, useLingui } from "@lingui/react/macro";
import { useQuery } from "@tanstack/react-query";
import { Alert, Button, Group, List, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { type ReactNode } from "react";
import { ApiError } from "../../api/problem";
import { sessionQuery } from "../data/session";
import { signIn } from "../../signin/users";
import { Breakable } from "../../ui/Breakable";
import { useProblemText } from "./problems";
import classes from "./State.module.css";

/** Loading is a skeleton that appears after 200 ms, so that quick answers do not flash. */
export function Loading({ rows = 4 }: { rows?: number }) {
  const { t } = useLingui();
  const [shown] = useDebouncedValue(true, 200);
  return (
    <Stack gap="sm" role="status" aria-label={t`Loading`}>
      {shown && Array.from({ length: rows }, (_, n) => <Skeleton key={n} h={n === 0 ? 28 : 64} w={n === 0 ? "40%" : "100%"} />)}
    </Stack>
  );
}

/** Empty says that there is nothing yet, and what to do next. */
export function Empty({ title, children, action }: { title: string; children?: ReactNode; action?: ReactNode }) {
  return (
    <div className={classes.empty}>
      <Title order={2} size="h3">{title}</Title>
      {children && <Text size="sm" c="dimmed" maw={460}>{children}</Text>}
      {action}
    </div>
  );
}

interface ErrorStateProps {
  error: Error;
  retry?: () => void;
  /** titled is true where the page's title says what is wrong. */
  titled?: boolean;
}

/** ErrorState says what went wrong and offers what helps: another try, another sign-in. */
export function ErrorState({ error, retry, titled }: ErrorStateProps) {
  const { t } = useLingui();
  const text = useProblemText();
  const email = useQuery({ ...sessionQuery, enabled: false }).data?.user.email;
  const { title, detail } = text(error);
  const status = error instanceof ApiError ? error.status : 0;
  const fields = error instanceof ApiError ? error.fields : [];
  const mayRetry = retry && ![401, 403, 404, 422].includes(status);
  const otherSignIn = status === 404 || (error instanceof ApiError && error.code === "session_required");
  return (
    <Alert color="red" variant={status === 404 ? "default" : "light"} title={titled ? undefined : title} role="alert">
      {fields.length > 0 && <List size="sm">{fields.map((field) => <List.Item key={field.field}>{field.message}</List.Item>)}</List>}
      {fields.length === 0 && <Text size="sm"><Breakable>{status === 404 && email ? t`There is nothing here for ${email}. Check the link, or sign in with another address.` : detail}</Breakable></Text>}
      <Group mt="md" gap="sm">
        {mayRetry && <Button size="xs" variant="default" onClick={retry}><Trans>Try again</Trans></Button>}
        {status === 401 && <Button size="xs" onClick={() => void signIn()}><Trans>Sign in again</Trans></Button>}
        {otherSignIn && <Button size="xs" variant="default" onClick={() => void signIn({ otherPerson: true })}><Trans>Sign in with another address</Trans></Button>}
      </Group>
      {error instanceof ApiError && error.requestId && <Text size="xs" c="dimmed" mt="sm"><Trans>Request {error.requestId}</Trans></Text>}
    </Alert>
  );
}
