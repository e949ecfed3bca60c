import { Trans, useLingui } from "@lingui/react/macro";
import { signOut } from "../../signin/users";
import { locales, type Locale } from "../../ui/locale";
import { useCampaign } from "../CampaignContext";
import { chooseLanguage } from "../messages";
import { Page } from "../ui/Page";

/** MePage shows the person's own membership. */
export default function MePage() {
  const { t, i18n } = useLingui();
  const { campaign } = useCampaign();
  return (
    <Page title={t`Me`}>
      <p>{campaign.membership.email}</p>
      <fieldset>
        <legend><Trans>Language</Trans></legend>
        {(Object.keys(locales) as Locale[]).map((locale) => (
          <label key={locale} className="check">
            <input type="radio" name="language" checked={i18n.locale === locale} onChange={() => void chooseLanguage(locale)} /><span lang={locale}>{locales[locale]}</span>
          </label>
        ))}
      </fieldset>
      <button type="button" onClick={() => void signOut()}><Trans>Sign out</Trans></button>
    </Page>
  );
}
