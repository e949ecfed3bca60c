import { msg } from "@lingui/core/macro";
import type { MessageDescriptor } from "@lingui/core";
import { useLingui } from "@lingui/react";
import { useLingui as useLinguiMacro } from "@lingui/react/macro";
import { useContext } from "react";
import { ApiError, NetworkError } from "../../api/problem";
import { useFormat, viewerZone } from "../../ui/format";
import { CampaignContext } from "../shell/CampaignContext";

interface ProblemText {
  title: string;
  detail: string;
}

interface ProblemMessages {
  title: MessageDescriptor;
  detail: MessageDescriptor;
}

const unreachable: ProblemMessages = {
  title: msg`Kith can't be reached`,
  detail: msg`Check your connection, then try again. Nothing that you typed is lost.`,
};

const unexpected: ProblemMessages = {
  title: msg`Something went wrong`,
  detail: msg`This page has an error. Reload it, and tell us if it happens again.`,
};

// By status, for refusals whose code has no words of its own below.
const byStatus: Record<number, ProblemMessages> = {
  401: { title: msg`Your sign-in has ended`, detail: msg`Sign in again to go on.` },
  403: { title: msg`You can't do this`, detail: msg`Ask an owner of the organization.` },
  404: { title: msg`We can't find this page`, detail: msg`It does not exist, or you do not have access with the address that you signed in with.` },
  409: { title: msg`This can't be done now`, detail: msg`Somebody else changed this. Reload the page.` },
  422: { title: msg`Please correct your entries`, detail: msg`Some of what you entered can't be accepted.` },
  429: { title: msg`Too many requests`, detail: msg`Wait a moment, then try again.` },
  503: { title: msg`Kith is not available`, detail: msg`Try again in a moment. Nothing that you typed is lost.` },
};

/** problemMessages maps a problem code to a message: what is wrong and what to do. A page adds messages for its own codes. */
export const byCode: Record<string, ProblemMessages> = {
  list_building: { title: msg`This list is being prepared`, detail: msg`Try again in a few seconds.` },
  session_required: { title: msg`Sign in again`, detail: msg`Your session has not been started. Sign in again to go on.` },
  changed_meanwhile: { title: msg`Somebody changed this since you opened it`, detail: msg`Look at the present version, then make your change again.` },
  campaign_closed: { title: msg`This campaign is closed`, detail: msg`Only its name and description can still be changed.` },
  campaign_incomplete: { title: msg`The campaign is not complete yet`, detail: msg`Add what is missing, then publish it.` },
  campaign_published: { title: msg`This campaign was published`, detail: msg`Only a draft can be deleted. Close the campaign instead.` },
  campaign_in_use: { title: msg`This campaign is in use`, detail: msg`Revoke its service tokens and wait for its exports to finish, then delete it.` },
  action_item_answered: { title: msg`This action item has responses`, detail: msg`Archive it instead: its responses stay.` },
  action_item_scheduled: { title: msg`An export schedule needs this action item`, detail: msg`Delete the schedule first, or archive the action item.` },
  invitation_accepted: { title: msg`This invitation was accepted`, detail: msg`Remove the mobilizer or administrator instead.` },
  voter_file_importing: { title: msg`This voter file is being imported`, detail: msg`Delete it once the import has finished.` },
  last_owner: { title: msg`An organization keeps at least one owner`, detail: msg`Invite another owner. Once they have accepted, you can repeat this.` },
  already_administrator: { title: msg`This address belongs to an administrator`, detail: msg`Find them in the list of administrators.` },
  busy: { title: msg`Somebody else is changing this`, detail: msg`Try again in a moment.` },
};

function messagesOf(error: Error): ProblemMessages {
  if (error instanceof NetworkError) return unreachable;
  if (!(error instanceof ApiError)) return unexpected;
  return byCode[error.code] ?? byStatus[error.status] ?? byStatus[503]!;
}

/** useTimedDetail returns a function that gives the words for a refusal until a certain time. */
function useTimedDetail() {
  const { t } = useLinguiMacro();
  const zone = useContext(CampaignContext)?.campaign.time_zone ?? viewerZone();
  const format = useFormat(zone);
  return ({ code, status, problem }: ApiError): string | undefined => {
    if (status !== 429 || !problem.at) return undefined;
    const time = format.dateTime(problem.at);
    if (code === "too_many_invitations") return t`You have sent as many invitations today as one person may. Try again from ${time} on.`;
    return t`Wait until ${time}, then try again.`;
  };
}

/** useProblemText returns a function that gives the words for an error in the page's language. */
export function useProblemText() {
  const { i18n } = useLingui();
  const timedDetail = useTimedDetail();
  return (error: Error): ProblemText => {
    const { title, detail } = messagesOf(error);
    const timed = error instanceof ApiError && timedDetail(error);
    const own = error instanceof ApiError && !byCode[error.code] && error.message;
    return { title: i18n._(title), detail: timed || own || i18n._(detail) };
  };
}
