import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { useState } from "react";

const questions: MessageDescriptor[] = [
  msg`Who has your spare key?`,
  msg`Whom did you last sit in a car with?`,
  msg`Whom would you call about a flat tire?`,
  msg`Who cooked for you last?`,
  msg`Whom do you see at work, at school or in your congregation?`,
  msg`Whose birthday did you last celebrate?`,
  msg`Who lives next door?`,
  msg`Whom did you last send a photo?`,
];

/** Jogger asks who comes to mind. A tap asks the next question. */
export function Jogger() {
  const { i18n } = useLingui();
  const [n, setN] = useState(0);
  return (
    <p className="jogger">
      <span aria-live="polite">{i18n._(questions[n]!)}</span>
      <button type="button" className="quiet" onClick={() => setN((n + 1) % questions.length)}><Trans>Another</Trans></button>
    </p>
  );
}
