// The landing page of a campaign, /j/SLUG: says what it is about, and takes people in.
import { complain, complete, fill, filled } from "/invite/form.js";
import { markdown, web } from "/invite/markdown.js";
import { ask, at, offer, refusal, say, show } from "/invite/screen.js";
import { leave } from "/invite/signin.js";

// Refusals after which only another sign-in helps.
const signsIn = ["sign_in_again", "id_token_refused", "email_not_verified", "session_required", "unauthenticated"];

// landing shows the page. task is what somebody has typed already, back their sign-in, and told why joining was refused.
export async function landing(config, task, back, told) {
  atHome(task);
  let status, page;
  try {
    [status, page] = await ask(config, "GET", "/v1/public/campaigns/" + encodeURIComponent(task.slug || "-"));
  } catch {
    [status, page] = [0, {}];
  }
  if (status !== 200) {
    show(say.cannotJoin, refusal(page, "landing"));
    if (page.code !== "campaign_closed") offer(say.lookAgain, () => landing(config, task, back, told));
    return;
  }
  describe(page);
  const names = ["first_name*", "last_name*", "preferred_name", "city", "state", "zip", "phone"];
  fill(page.requires_passcode ? [...names, "passcode*"] : names, task.profile);
  const typed = () => ({ kind: "join", slug: page.slug, campaign: page.id, name: page.name, language: say.language, profile: filled() });
  const signIn = async (another) => complete() && leave(config, typed(), another);
  if (back && !signsIn.includes(told?.code)) {
    at("more").textContent = say.signedInAs(back.email);
    offer(say.joinNow, async () => complete() && join(config, typed(), back));
    offer(say.another, () => signIn(true));
  } else {
    at("more").textContent = say.joinHow;
    offer(say.join, () => signIn(told?.code === "email_not_verified"));
  }
  if (!told) return;
  const { attempts_left: left } = told;
  if (complain(told.errors, left === undefined ? {} : { passcode: say.wrongPasscode(left) })) return;
  at("wrong").textContent = refusal(told, "landing");
  at("wrong").focus();
}

// atHome gives whoever comes from signing in the address of the landing page, to look at again or to pass on.
function atHome(task) {
  if (location.pathname === "/callback") history.replaceState(null, "", "/j/" + task.slug);
}

function describe(page) {
  show(page.name);
  at("from").replaceChildren(web(page.organization.website, page.organization.name));
  if (page.description) at("about").append(markdown(page.description));
  if (!page.organization.description) return;
  const heading = document.createElement("h2");
  heading.textContent = say.about(page.organization.name);
  at("about").append(heading, markdown(page.organization.description));
}

// join takes somebody in who signed in. back.session is what they had a part in before.
export async function join(config, task, back) {
  atHome(task);
  show(say.joining);
  if (back.session?.campaigns.some((c) => c.id === task.campaign && !c.left_at)) return show(say.alreadyIn(task.name), say.unchanged);
  let status, told;
  try {
    [status, told] = await ask(config, "POST", "/v1/mobilizer/join", { slug: task.slug, ...task.profile }, back.access);
  } catch {
    [status, told] = [0, {}];
  }
  if (status === 200 || status === 201) return show(say.joined, say.joinedTo(task.name));
  return landing(config, task, back, told);
}
