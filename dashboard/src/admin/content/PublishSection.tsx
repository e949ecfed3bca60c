import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text, VisuallyHidden } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState, type ReactNode } from "react";
import { useFormat } from "../../ui/format";
import { actionItemsQuery, campaignKey } from "../data/campaigns";
import { useWrite } from "../data/useWrite";
import { useCampaign } from "../shell/CampaignContext";
import { announce } from "../ui/announce";
import { Confirm } from "../ui/Confirm";
import { Icon } from "../ui/icons";
import { ReasonButton } from "../ui/ReasonButton";
import { Section } from "../ui/Section";
import classes from "./PublishSection.module.css";
import { publishCampaign } from "./queries";

interface Step {
  name: string;
  done: boolean;
  optional?: boolean;
  /** action leads to the place where the step is done. */
  action?: ReactNode;
}

function useSteps(onAsk: () => void): Step[] {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const items = useQuery(actionItemsQuery(campaign.id));
  const offered = campaign.key_question.responses.filter((r) => !r.retired).length;
  const ask = <Button size="compact-sm" variant="default" onClick={onAsk}>{t`Write it`}</Button>;
  const add = <Button size="compact-sm" variant="default" component={Link} to={`/c/${campaign.id}/content/items/new`}>{t`Add one`}</Button>;
  return [
    { name: t`Name, address and time zone`, done: campaign.name !== "" && campaign.slug !== "" && campaign.time_zone !== "" },
    { name: t`Write the Key Question`, done: campaign.key_question.text !== "", action: ask },
    { name: t`Offer at least two responses`, done: offered >= 2, action: ask },
    { name: t`Add an action item`, done: (items.data ?? []).some((item) => !item.archived_at), optional: true, action: add },
  ];
}

/** PublishSection lists what a draft lacks, and publishes it. */
export function PublishSection({ onAsk }: { onAsk: () => void }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const [asked, setAsked] = useState(false);
  const steps = useSteps(onAsk);
  const zone = useFormat(campaign.time_zone).zone();
  const ready = steps.every((step) => step.done || step.optional);
  const publish = useWrite({
    write: (_: void, key) => publishCampaign(campaign.id, key),
    changes: [campaignKey(campaign.id), ["organizations", campaign.organization_id], ["session"]],
    onSuccess: () => {
      setAsked(false);
      announce(t`${campaign.name} is published`);
    },
  });
  const button = <ReasonButton reason={!ready && t`Complete the steps first.`} onClick={() => setAsked(true)}>{t`Publish`}</ReasonButton>;
  return (
    <Section title={t`This campaign is a draft`} description={t`Nobody can join before it is published.`} actions={button}>
      <ul className={classes.steps}>{steps.map((step) => <StepLine key={step.name} step={step} />)}</ul>
      <Confirm opened={asked} title={t`Publish ${campaign.name}?`} action={t`Publish`} pending={publish.pending} error={publish.error} onConfirm={() => publish.submit()} onClose={() => setAsked(false)}>
        <Text size="sm"><Trans>People can join from then on. The time zone, {zone}, can't be changed afterwards. You can still edit everything else.</Trans></Text>
      </Confirm>
    </Section>
  );
}

function StepLine({ step }: { step: Step }) {
  const { t } = useLingui();
  const state = step.done ? t`Done` : step.optional ? t`Recommended` : t`Missing`;
  return (
    <li className={classes.step} data-done={step.done || undefined}>
      <Icon name={step.done ? "check" : "missing"} />
      <span className={classes.text}>
        <span>{step.name}</span>
        {step.done ? <VisuallyHidden>{state}</VisuallyHidden> : <span className={classes.state}>{state}</span>}
        {!step.done && step.action}
      </span>
    </li>
  );
}
