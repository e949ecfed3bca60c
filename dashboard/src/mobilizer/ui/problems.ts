import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { ApiError, NetworkError } from "../../api/problem";

interface ProblemMessages {
  title: MessageDescriptor;
  detail: MessageDescriptor;
}

const unreachable: ProblemMessages = { title: msg`Kith can't be reached`, detail: msg`Check your connection, then try again. Nothing that you typed is lost.` };
const unexpected: ProblemMessages = { title: msg`Something went wrong`, detail: msg`This page has an error. Reload it, and tell the organizers if it happens again.` };

const byStatus: Record<number, ProblemMessages> = {
  401: { title: msg`Your sign-in has ended`, detail: msg`Sign in again to go on.` },
  403: { title: msg`You can't do this`, detail: msg`Ask the campaign's organizers.` },
  404: { title: msg`We can't find this`, detail: msg`It was deleted, or it belongs to another address than the one that you signed in with.` },
  409: { title: msg`This can't be done now`, detail: msg`It has changed since you opened it. Reload the page.` },
  422: { title: msg`Please correct your entries`, detail: msg`Some of what you entered can't be accepted.` },
  429: { title: msg`Too many requests`, detail: msg`Wait a moment, then try again.` },
  503: { title: msg`Kith is not available`, detail: msg`Try again in a moment. Nothing that you typed is lost.` },
};

const byCode: Record<string, ProblemMessages> = {
  campaign_closed: { title: msg`This campaign has ended`, detail: msg`You can read everything, withdraw consent, or leave.` },
};

function messagesOf(error: Error): ProblemMessages {
  if (error instanceof NetworkError) return unreachable;
  if (!(error instanceof ApiError)) return unexpected;
  return byCode[error.code] ?? byStatus[error.status] ?? byStatus[503]!;
}

/** useProblemText returns a function that gives the words for an error in the app's language. */
export function useProblemText() {
  const { i18n } = useLingui();
  return (error: Error) => {
    const { title, detail } = messagesOf(error);
    const own = error instanceof ApiError && !byCode[error.code] && error.status < 500 && error.message;
    return { title: i18n._(title), detail: own || i18n._(detail) };
  };
}
