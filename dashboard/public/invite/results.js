// Results of completed pages. The tab's session storage keeps them by path, so that a reload shows what was done.
import { deleteDraft } from "/invite/form.js";
import { addButton, byId, messages, setLanguage, show } from "/invite/screen.js";

const storageKey = "kith-results";

const readResults = () => JSON.parse(sessionStorage.getItem(storageKey) ?? "{}");

// finish stores and shows the result of the current page: its kind, which names a table in messages.results, and the names
// that the message needs.
export function finish(result) {
  deleteDraft();
  const stored = { ...result, language: messages.language };
  sessionStorage.setItem(storageKey, JSON.stringify({ ...readResults(), [location.pathname]: stored }));
  showResult(stored);
}

// showStoredResult shows the result of the current page if there is one, and returns its kind, false for none. A button deletes it,
// for another person or a change of mind.
export function showStoredResult() {
  const { [location.pathname]: stored, ...others } = readResults();
  if (!stored) return false;
  setLanguage(stored.language);
  showResult({ ...stored, kind: stored.kind === "joined" ? "alreadyJoined" : stored.kind });
  addButton(messages.startOver, () => {
    sessionStorage.setItem(storageKey, JSON.stringify(others));
    location.reload();
  });
  return stored.kind;
}

// showResult shows a result with the next step.
function showResult(result) {
  const { title, text } = messages.results[result.kind];
  show(title(result), text);
  if (result.organization) byId("from").textContent = result.organization;
  if (result.dashboard) addButton(messages.openDashboard, () => location.assign(result.dashboard));
  if (!result.campaign) return;
  const app = "/m/" + encodeURIComponent(result.campaign);
  if (result.kind === "joined") addButton(messages.addFirst, () => location.assign(app + "/add"));
  else addButton(messages.openCampaign, () => location.assign(app));
}
