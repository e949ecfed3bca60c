import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { useTextDraft } from "../data/useTextDraft";
import { Page } from "../ui/Page";
import { newDraftPerson, useAppend } from "./draft";
import { parsePaste } from "./paste";

/** PastePage reads people from pasted text. */
export function PastePage() {
  const { t } = useLingui();
  const [text, setText] = useTextDraft("paste");
  const append = useAppend();
  const rows = parsePaste(text);
  const show = async () => {
    await append(rows.map((row) => newDraftPerson(row, true)));
    setText("");
  };
  return (
    <Page title={t`Paste a list`}>
      <form onSubmit={(event) => { event.preventDefault(); void show(); }}>
        <label>
          <Trans>One person a line</Trans>
          <small><Trans>Name, phone, email and zip in any order. A group chat's list of members works, too.</Trans></small>
          <textarea
            rows={8} value={text} onChange={(e) => setText(e.target.value)} spellCheck={false} autoCapitalize="words"
            placeholder={t`Rosa Díaz 617-555-0123\nNguyễn, Helen, Portland ME`}
          />
        </label>
        <p className="muted"><Trans>The list stays on your phone until you add the people.</Trans></p>
        <button type="submit" className="primary" disabled={rows.length === 0}>
          <Plural value={rows.length} _0="Look them over" one="Look over # person" other="Look over # people" />
        </button>
      </form>
    </Page>
  );
}
