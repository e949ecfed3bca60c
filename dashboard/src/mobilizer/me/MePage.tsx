import { Trans, useLingui } from "@lingui/react/macro";
import { Parts } from "../../ui/Parts";
import { locales, type Locale } from "../../ui/locale";
import { useCampaign } from "../CampaignContext";
import { chooseLanguage } from "../messages";
import { Link } from "../ui/Link";
import { MatchText } from "../person/MatchLine";
import { fullName } from "../people/names";
import { Page } from "../ui/Page";
import { AboutSection } from "./AboutSection";
import { ConsentSwitch } from "./ConsentSwitch";
import { LeaveSection } from "./LeaveSection";
import { MyFile } from "./MyFile";
import { OutboxSection } from "../outbox/OutboxSection";
import { ProfileSection } from "./ProfileSection";
import { SignInSection } from "./SignInSection";
import { WhoSeesWhat } from "./WhoSeesWhat";

/** MePage shows the person's own membership: match, profile, consent, language, own file, and leaving. */
export function MePage() {
  const { t, i18n } = useLingui();
  const { id, campaign, editable } = useCampaign();
  const { membership } = campaign;
  return (
    <Page title={t`Me`}>
      <OutboxSection />
      <section className="card">
        <h2>{fullName(membership)}</h2>
        <p className="muted"><Parts of={[membership.email, <MatchText status={membership.match_status} />]} /></p>
        {editable && membership.match_status === "PENDING" && <Link className="button" to={{ screen: "match", campaign: id, who: "self" }}><Trans>Look myself up in the voter file</Trans></Link>}
      </section>
      <ProfileSection />
      <ConsentSwitch />
      <WhoSeesWhat />
      <AboutSection />
      <fieldset>
        <legend><Trans>Language</Trans></legend>
        {(Object.keys(locales) as Locale[]).map((locale) => (
          <label key={locale} className="check">
            <input type="radio" name="language" checked={i18n.locale === locale} onChange={() => void chooseLanguage(locale)} /><span lang={locale}>{locales[locale]}</span>
          </label>
        ))}
      </fieldset>
      <MyFile />
      <SignInSection />
      <LeaveSection />
    </Page>
  );
}
