import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { ApiError, NetworkError } from "../../api/problem";
import { useProblemText } from "../ui/problems";
import type { Refusal } from "./pending";
import { notAddedCode } from "./sender";

const notAdded = msg`The person it is about was not added. Add them first.`;

/** useRefusalText returns a function that says why a write was refused. */
export function useRefusalText() {
  const { i18n } = useLingui();
  const problemText = useProblemText();
  return (refusal: Refusal | undefined): string => {
    if (!refusal) return problemText(new NetworkError()).detail;
    if (refusal.code === notAddedCode) return i18n._(notAdded);
    const reasons = i18n.locale === "en" ? refusal.errors.map(({ message }) => message) : [];
    const { title, detail } = problemText(new ApiError({ type: "about:blank", title: "", ...refusal }));
    return reasons.join(" ") || `${title}. ${detail}`;
  };
}
