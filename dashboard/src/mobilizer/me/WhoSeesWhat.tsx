import { Trans } from "@lingui/react/macro";

/** WhoSeesWhat says for every field of a contact who can read it. */
export function WhoSeesWhat() {
  return (
    <details>
      <summary><Trans>Who sees what</Trans></summary>
      <h3><Trans>Only you</Trans></h3>
      <ul>
        <li><Trans>Phone numbers and email addresses of your people</Trans></li>
        <li><Trans>Messages that you send from your phone</Trans></li>
        <li><Trans>Contact files: they are read on your phone, and nothing leaves it before you tick it</Trans></li>
      </ul>
      <h3><Trans>You and the organizers</Trans></h3>
      <ul>
        <li><Trans>Names, the name that they are called by, city, state and zip code</Trans></li>
        <li><Trans>Answers to the Key Question and to action items</Trans></li>
        <li><Trans>Notes and vote plans</Trans></li>
        <li><Trans>The voter that you found for a person</Trans></li>
        <li><Trans>Your own name and place; your email address and phone only with your consent</Trans></li>
      </ul>
      <p><Trans>We never write to the people you add.</Trans></p>
      <p><Trans>Changes that are sent late count on the day on which they arrive.</Trans></p>
    </details>
  );
}
