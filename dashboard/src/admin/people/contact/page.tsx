import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import type { Schemas } from "../../../api/client";
import { Parts } from "../../../ui/Parts";
import { useFormat } from "../../../ui/format";
import { useTexts } from "../../data/texts";
import { useCampaign } from "../../shell/CampaignContext";
import { BackLink } from "../../ui/BackLink";
import { Fact, Facts } from "../../ui/Facts";
import { fullName } from "../../ui/fullName";
import { Instant } from "../../ui/Instant";
import { Page } from "../../ui/Page";
import { ProblemPage } from "../../ui/ProblemPage";
import { Section } from "../../ui/Section";
import { Loading } from "../../ui/State";
import { Tag } from "../../ui/Tag";
import { placeName } from "../../ui/placeName";
import { useResponseText } from "../contacts/columns";
import { MatchLog } from "../MatchLog";
import { MatchTag } from "../names";
import { contactQuery } from "../queries";
import { VoterFact } from "../VoterFact";
import { Answers, Notes } from "./History";

type Contact = Schemas["ContactProfile"];

/** ContactPage shows a contact with the current response, the action responses and the vote plan. */
export default function ContactPage() {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const { contact: id } = useParams({ from: "/c/$campaign/people/contacts/$contact" });
  const query = useQuery(contactQuery(campaign.id, id));
  const back = <BackLink to={`/c/${campaign.id}/people/contacts`}>{t`Contacts`}</BackLink>;
  const contact = query.data;
  if (!contact) return <>{back}{query.isError ? <ProblemPage error={query.error} context={campaign.name} retry={() => void query.refetch()} /> : <Loading />}</>;
  return (
    <>
      {back}
      <Page title={fullName(contact)} context={campaign.name}>
        <ContactFacts contact={contact} />
        <MatchLog events={contact.match_log} voter={contact.voter} mobilizer={fullName(contact.mobilizer)} />
        <ActionResponses contact={contact} />
        <Answers contact={contact.id} />
        <Notes contact={contact.id} />
      </Page>
    </>
  );
}

function ContactFacts({ contact }: { contact: Contact }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const format = useFormat(campaign.time_zone);
  const texts = useTexts();
  const response = contact.key_question_response;
  return (
    <Section title={t`About this contact`}>
      <Facts>
        <Fact name={t`Mobilizer`}><Anchor component={Link} to={`/c/${campaign.id}/people/mobilizers/${contact.mobilizer.id}`}>{fullName(contact.mobilizer)}</Anchor></Fact>
        <Fact name={t`Place`}>{placeName(contact)}</Fact>
        <Fact name={t`Voter match`}><MatchTag status={contact.match_status} /></Fact>
        <VoterFact voter={contact.voter} />
        <Fact name={t`Key Question`} empty={t`No response yet`}>{response && <Parts of={[texts.response(response.id, response.text), <Text span size="sm" c="dimmed"><Instant at={response.answered_at} timeZone={campaign.time_zone} /></Text>]} />}</Fact>
        <Fact name={t`Response changes`}>{format.number(contact.key_question_response_changes)}</Fact>
        <Fact name={t`Vote plan`} empty={t`No vote plan`}>{contact.vote_plan && <span style={{ whiteSpace: "pre-line" }}>{contact.vote_plan}</span>}</Fact>
        <Fact name={t`Touchpoints`}>{format.number(contact.relational_touchpoints)}</Fact>
        <Fact name={t`Added`}>{format.dateTime(contact.added_at)}</Fact>
        <Fact name={t`Last activity`}><Instant at={contact.last_activity_at} timeZone={campaign.time_zone} /></Fact>
      </Facts>
    </Section>
  );
}

function ActionResponses({ contact }: { contact: Contact }) {
  const { t } = useLingui();
  const { campaign } = useCampaign();
  const responseText = useResponseText();
  const texts = useTexts();
  return (
    <Section title={t`Action responses`}>
      <Facts>
        {contact.columns.map((column) => {
          const response = contact.action_responses.find((a) => a.action_item_id === column.action_item_id);
          if (column.archived && !response) return null;
          return (
            <Fact key={column.action_item_id} name={<>{texts.heading(column.action_item_id, column.heading)} {column.archived && <Tag><Trans>Archived</Trans></Tag>}</>} empty={t`No response yet`}>
              {response && <Parts of={[responseText(response), <Text span size="sm" c="dimmed"><Instant at={response.created_at} timeZone={campaign.time_zone} /></Text>]} />}
            </Fact>
          );
        })}
      </Facts>
    </Section>
  );
}
