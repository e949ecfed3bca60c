// The landing page of a campaign, /j/SLUG, where people join it.
import { askAboutPlace, formValues, showErrors, showForm, validateForm } from "/invite/form.js";
import { externalLink, markdown } from "/invite/markdown.js";
import { finish } from "/invite/results.js";
import { addButton, byId, messages, problemText, request, show, showError, write } from "/invite/screen.js";
import { handOver, startSignIn } from "/invite/signin.js";

// Problems that require another sign-in.
const needSignIn = ["sign_in_again", "id_token_refused", "email_not_verified", "session_required", "unauthenticated"];

// showLanding shows the page. task holds the form's values, signIn the tokens of a person who has signed in, and problem the
// reason why joining or the sign-in failed.
export async function showLanding(config, task, signIn, problem) {
  let status, page;
  try {
    [status, page] = await request(config, "GET", "/v1/public/campaigns/" + encodeURIComponent(task.slug || "-"));
  } catch {
    [status, page] = [0, {}];
  }
  if (status !== 200) {
    show(page.campaign_name ?? task.name ?? messages.cannotJoin, problemText(page, "landing"));
    byId("from").textContent = page.organization_name ?? task.organization ?? "";
    if (page.code !== "campaign_closed") addButton(messages.tryAgain, () => showLanding(config, task, signIn, problem));
    return;
  }
  if (location.pathname.startsWith("/j/") && task.slug !== page.slug) { // an earlier address
    history.replaceState(history.state, "", "/j/" + encodeURIComponent(page.slug));
  }
  showCampaign(page);
  const required = ["first_name*", "last_name*", ...(page.requires_passcode ? ["passcode*"] : [])];
  showForm([...required, "preferred_name", "city", "state", "zip", "phone"], task.profile);
  const currentTask = () => ({
    kind: "join", slug: page.slug, campaign: page.id, name: page.name, organization: page.organization.name,
    language: messages.language, profile: formValues(),
  });
  const start = async (anotherAddress) => validateForm() && startSignIn(config, currentTask(), anotherAddress);
  if (signIn && !needSignIn.includes(problem?.code)) {
    write(byId("more"), messages.signedInAs(signIn.email));
    addButton(messages.joinNow(page.name), async () => validateForm() && join(config, currentTask(), signIn));
    addButton(messages.anotherAddress, () => start(true));
  } else {
    byId("more").textContent = messages.joinHow;
    addButton(messages.join, () => start(problem?.code === "email_not_verified"));
  }
  if (!problem) return;
  const { attempts_left: left, at, code } = problem;
  const overrides = left === undefined ? {} : { passcode: messages.wrongPasscode(left, at && messages.dateTime(at, page.time_zone)) };
  if (code === "state_contradicts_zip") overrides.state = askAboutPlace();
  if (showErrors(problem.errors, overrides)) return;
  showError(problemText({ ...problem, time_zone: page.time_zone }, "landing"));
}

function showCampaign(page) {
  show(page.name);
  byId("from").replaceChildren(externalLink(page.organization.website, page.organization.name));
  if (page.description) byId("about").append(markdown(page.description));
  if (!page.organization.description) return;
  const heading = document.createElement("h2");
  heading.textContent = messages.about(page.organization.name);
  byId("about").append(heading, markdown(page.organization.description));
}

// join joins the campaign, unless the session says that the person is a mobilizer of it: joining again would change nothing.
export async function join(config, task, signIn) {
  const { name, organization, campaign } = task;
  const joined = (kind) => {
    handOver(signIn.tokens);
    finish({ kind, name, organization, campaign });
  };
  show(messages.wait);
  if (signIn.session?.campaigns.some((c) => c.id === campaign && !c.left_at)) return joined("unchanged");
  let status, content;
  try {
    [status, content] = await request(config, "POST", "/v1/mobilizer/join", { slug: task.slug, ...task.profile }, signIn.access);
  } catch {
    [status, content] = [0, {}];
  }
  if (status === 200 || status === 201) return joined("joined");
  return showLanding(config, task, signIn, content);
}
