import { Trans } from "@lingui/react/macro";
import { Button, Paper, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Navigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { signIn, users } from "../../signin/users";
import { lastCampaign } from "../data/lastCampaign";
import { sessionQuery } from "../data/session";
import { Page } from "../ui/Page";
import { ErrorState, Loading } from "../ui/State";
import { OutsideShell } from "./OutsideShell";
import classes from "./shell.module.css";

/** Home leads a signed-in person to the last campaign, and offers everybody else to sign in. */
export function Home() {
  const [signedIn, setSignedIn] = useState<boolean>();
  useEffect(() => void users.getUser().then((user) => setSignedIn(user !== null)), []);
  if (signedIn === undefined) return null;
  return signedIn ? <Start /> : <Welcome />;
}

function Start() {
  const session = useQuery(sessionQuery);
  if (session.isError) return <OutsideShell><ErrorState error={session.error} retry={() => void session.refetch()} /></OutsideShell>;
  if (!session.data) return <OutsideShell><Loading /></OutsideShell>;
  const campaign = lastCampaign();
  if (campaign) return <Navigate to="/c/$campaign" params={{ campaign }} replace />;
  const [organization] = session.data.organizations;
  if (organization) return <Navigate to="/o/$organization" params={{ organization: organization.id }} replace />;
  return <Navigate to="/start" replace />;
}

function Welcome() {
  return (
    <main id="main" className={classes.welcome}>
      <Paper withBorder p="xl" className={classes.welcomeCard}>
        <Stack gap="md" align="flex-start">
          <img src="/favicon.svg" alt="" width={44} height={44} />
          <Page title="Kith">
            <Text><Trans>Run campaigns in which people talk to the people they already know.</Trans></Text>
          </Page>
          <Button size="md" onClick={() => void signIn()}><Trans>Sign in</Trans></Button>
          <Text size="sm" c="dimmed"><Trans>Are you a mobilizer? Open the link in your invitation.</Trans></Text>
        </Stack>
      </Paper>
    </main>
  );
}
