import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { ApiError, NetworkError } from "../../api/problem";
import { useProblemText } from "../ui/problems";
import type { Refusal } from "./pending";
import { notAddedCode } from "./sender";

const notAdded = msg`The person it is about was not added. Add them first.`;

const doubtfulPlace = msg`The zip code is in another state. Send it again if both are right, or discard it and correct one of them.`;

/** doubtfulPlaceCode is the code of a refusal that asks about a state and a zip code. */
export const doubtfulPlaceCode = "state_contradicts_zip";

/** useRefusalText returns a function that says why a write was refused. */
export function useRefusalText() {
  const { i18n } = useLingui();
  const problemText = useProblemText();
  return (refusal: Refusal | undefined): string => {
    if (!refusal) return problemText(new NetworkError()).detail;
    if (refusal.code === notAddedCode) return i18n._(notAdded);
    if (refusal.code === doubtfulPlaceCode) return i18n._(doubtfulPlace);
    if (refusal.errors.length > 0) return refusal.errors.map(({ message }) => message).join(" ");
    const { title, detail } = problemText(new ApiError({ type: "about:blank", title: "", ...refusal }));
    return `${title}. ${detail}`;
  };
}
