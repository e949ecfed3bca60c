// The pages of links: /j/SLUG is a campaign's landing page, /i/TOKEN an invitation, /u/TOKEN unsubscribes, and /a/… shows
// administrators an access request or a request for a new invitation. Opening a page changes nothing, because email programs
// open links too. Secrets and personal data go neither into query strings nor into logs.
import { askAboutPlace, deleteDraft, formValues, showErrors, showForm, validateForm } from "/invite/form.js";
import { join, showLanding } from "/invite/landing.js";
import { markdown } from "/invite/markdown.js";
import { finish, showStoredResult } from "/invite/results.js";
import { addButton, byId, messages, problemText, request, setLanguage, show, showError } from "/invite/screen.js";
import { finishSignIn, handOver, startSignIn, takePendingTask } from "/invite/signin.js";

const invitationPath = (token, end = "") => "/v1/public/invitations/" + encodeURIComponent(token) + end;

// Problem codes by the button that they add.
const canRequestNew = ["invitation_used", "invitation_revoked", "invitation_replaced", "invitation_expired", "inviter_gone", "dismissed_since", "removed_since"];
const canRequestAccess = ["invitation_for_another", "access_request_lapsed", "removed"];
const canUseAnotherAddress = ["invitation_for_another", "access_request_declined", "access_request_pending", "access_request_lapsed", "invitation_used", "email_not_verified"];
const canSignInAgain = ["sign_in_again", "invalid", "id_token_refused"];

// showNamed shows a text about an invitation under the names of its campaign and organization, as far as they are known.
function showNamed(task, text, more) {
  show(task.name ?? task.organization ?? messages.invitation, text, more);
  byId("from").textContent = (task.name && task.organization) ?? "";
}

// showProblem shows why an invitation can't be accepted, with the possible next steps. signIn is absent before the sign-in.
function showProblem(config, problem, given, signIn) {
  const task = { ...given, name: given.name ?? problem.campaign_name, organization: given.organization ?? problem.organization_name };
  const { code } = problem;
  showNamed(task, problemText({ time_zone: task.time_zone, ...problem }));
  if (signIn && canRequestAccess.includes(code)) addButton(messages.requestAccess(signIn.email), () => requestAccess(config, task, signIn));
  if (!signIn && code === "invitation_used") addButton(messages.signIn, () => startSignIn(config, task));
  if (canRequestNew.includes(code)) addButton(messages.requestNew, () => requestNew(config, task));
  if (code === "left_since" && problem.slug) addButton(messages.joinAgain, () => location.assign("/j/" + encodeURIComponent(problem.slug)));
  if (canSignInAgain.includes(code)) addButton(messages.signInAgain, () => task.token ? location.assign("/i/" + task.token) : startSignIn(config, task));
  // After an approved access request, an expired or replaced link still works with the approved address.
  const approvable = !signIn && ["invitation_expired", "invitation_replaced"].includes(code);
  if (signIn ? canUseAnotherAddress.includes(code) : approvable) addButton(messages.anotherAddress, () => startSignIn(config, task, signIn !== undefined));
  if (byId("actions").childElementCount === 0 && code !== "campaign_closed") addButton(messages.tryAgain, () => location.reload());
}

async function requestNew(config, task) {
  const [status, problem] = await request(config, "POST", invitationPath(task.token, "/resend-requests"));
  if (status !== 202) return showNamed(task, problemText(problem));
  showNamed(task, messages.newRequested, messages.canClose);
}

async function requestAccess(config, task, signIn) {
  const body = { token: task.token, id_token: signIn.id };
  const [status, problem] = await request(config, "POST", "/v1/mobilizer/access-requests", body, signIn.access);
  if (status !== 200 && status !== 201) return showProblem(config, problem, task, signIn);
  showNamed(task, messages.accessRequested, messages.accessRequestedHow);
}

// showInvitation shows an invitation. retry is present after a failed attempt: its task, problem and, if the person has
// signed in, signIn.
async function showInvitation(config, token, retry) {
  const [status, preview] = await request(config, "GET", invitationPath(token));
  if (status !== 200) return showProblem(config, preview, { kind: "accept", token });
  setLanguage(preview.language);
  const { role } = preview;
  const until = messages.openUntil(messages.dateTime(preview.expires_at, preview.time_zone));
  show(messages.invites(preview), until, retry?.signIn ? messages.signedInAs(retry.signIn.email) : messages.acceptHow);
  byId("from").textContent = preview.organization_name;
  if (preview.campaign_description) byId("about").append(markdown(preview.campaign_description));
  // The names are the invited person's. Somebody who accepts with another address gives their own.
  const invited = { first_name: preview.first_name, last_name: preview.last_name ?? "" };
  const another = retry?.problem.errors?.some((e) => e.field in invited) && retry.signIn;
  if (another) deleteDraft();
  // The state is asked for only if that of an earlier membership contradicts the zip code.
  const asksState = retry?.problem.code === "state_contradicts_zip" || retry?.task.profile.state !== undefined;
  if (!role) showForm(["first_name*", "last_name*", ...(asksState ? ["state"] : []), "zip"], { ...(another ? another.names : invited), ...retry?.task.profile });
  const task = () => ({
    kind: "accept", token, role, language: preview.language, name: preview.campaign_name, organization: preview.organization_name, time_zone: preview.time_zone,
    profile: role ? {} : unlessInvited(formValues()),
  });
  // Unchanged names are left out: the API fills them in for the invited address only.
  const unlessInvited = ({ first_name, last_name, ...rest }) =>
    !another && first_name === invited.first_name && last_name === invited.last_name ? rest : { first_name, last_name, ...rest };
  const valid = () => role !== undefined || validateForm();
  if (retry?.signIn) addButton(messages.acceptNow, async () => valid() && accept(config, task(), retry.signIn));
  else addButton(messages.accept, async () => valid() && startSignIn(config, task()));
  const overrides = retry?.problem.code === "state_contradicts_zip" ? { state: askAboutPlace() } : {};
  if (!retry || showErrors(retry.problem.errors, overrides)) return;
  showError(problemText(retry.problem));
}

// personOf returns the email address and the names in an ID token, for labels and forms. What the token lacks is empty.
function personOf(idToken) {
  try {
    const encoded = idToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    const claims = JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(encoded), (c) => c.charCodeAt(0))));
    const [first, ...rest] = (claims.name ?? "").split(" ");
    return { email: claims.email, names: { first_name: claims.given_name ?? first, last_name: claims.family_name ?? rest.join(" ") } };
  } catch {
    return { email: "", names: {} };
  }
}

async function accept(config, task, signIn) {
  const proof = { token: task.token, id_token: signIn.id };
  const path = "/v1/mobilizer/invitations/";
  const acceptRole = () => request(config, "POST", path + "accept-role", proof, signIn.access);
  let [status, content] = task.role
    ? await acceptRole()
    : await request(config, "POST", path + "accept", { ...proof, ...task.profile }, signIn.access);
  if (status === 404 && !task.role) { // the preview of a link that no longer works does not reveal the role
    const [roleStatus, role] = await acceptRole();
    if (roleStatus !== 404) [status, content, task] = [roleStatus, role, { ...task, role: "admin" }];
  }
  if (status === 200 || status === 201) {
    if (task.role) return finish({ kind: "administers", role: content.role, name: content.name, dashboard: "/o/" + encodeURIComponent(content.id) });
    handOver(signIn.tokens);
    return finish({ kind: status === 201 ? "joined" : "unchanged", name: task.name, organization: task.organization, campaign: content.campaign_id });
  }
  if (["invalid", "state_contradicts_zip"].includes(content.code) && !task.role && content.errors?.some((e) => e.field in messages.fields)) {
    return showInvitation(config, task.token, { task, signIn, problem: content });
  }
  showProblem(config, content, task, signIn);
}

// decisionTask returns the task of an administrator's link: /a/c/CAMPAIGN/INVITATION[/ACCESS-REQUEST], or
// /a/o/ORGANIZATION/….
function decisionTask([, , kind, parent, invitation, accessRequest]) {
  const collection = `/v1/admin/${kind === "o" ? "organizations" : "campaigns"}/${encodeURIComponent(parent)}/invitations`;
  return { kind: "decide", collection, resource: `${collection}/${encodeURIComponent(invitation)}`, accessRequest };
}

function signInToDecide(config, task) {
  show(messages.decide, messages.decideHow);
  addButton(messages.signIn, () => startSignIn(config, task));
}

async function decide(config, task, signIn) {
  const [status, invitation] = await request(config, "GET", task.resource, undefined, signIn.access);
  if (status !== 200) {
    show(messages.decide, problemText(invitation, "deciding"));
    return addButton(messages.anotherAddress, () => startSignIn(config, task, true));
  }
  if (!task.accessRequest) return resend(config, task, signIn, invitation);
  const path = task.resource + "/access-requests";
  const [listStatus, list] = await request(config, "GET", path, undefined, signIn.access);
  const accessRequest = listStatus === 200 && list.items.find((r) => r.id === task.accessRequest);
  if (!accessRequest) return show(messages.decide, listStatus === 200 ? problemText({ code: "not_found" }) : problemText(list, "deciding"));
  show(messages.requester(accessRequest, invitation), accessRequest.status === "pending" ? "" : messages.requestStatus[accessRequest.status], messages.approveHow);
  for (const decision of ["approve", "decline"]) {
    addButton(messages[decision], async () => {
      const [decided, content] = await request(config, "POST", `${path}/${encodeURIComponent(task.accessRequest)}/${decision}`, undefined, signIn.access);
      if (decided === 200) return finish({ kind: content.status });
      show(messages.decide, problemText(content, "deciding"));
      addButton(messages.tryAgain, () => decide(config, task, signIn));
    });
  }
}

// resend shows a request for a new invitation. An open or expired invitation is sent again; otherwise a new one is created.
function resend(config, task, signIn, invitation) {
  show(messages.newWanted(invitation), invitation.status === "accepted" ? messages.accepted : "", messages.resendHow);
  addButton(messages.send, async () => {
    const { email, first_name, last_name, language, role, status: state } = invitation;
    const [status, content] = state === "open" || state === "expired"
      ? await request(config, "POST", task.resource + "/resend", undefined, signIn.access)
      : await request(config, "POST", task.collection, { email, first_name, last_name, language, role }, signIn.access);
    if (status === 200 || status === 201) return finish({ kind: "sent" });
    show(messages.newWanted(invitation), problemText(content, "deciding"));
    addButton(messages.tryAgain, () => decide(config, task, signIn));
  });
}

// completeTask completes the task for which the person signed in.
async function completeTask(config) {
  const finished = await finishSignIn(config);
  if (!finished) return show(messages.signInFailed, messages.home);
  const { task, tokens, cancelled } = finished;
  setLanguage(task.language);
  if (!tokens) return showSignInFailure(config, task, cancelled ? messages.signInCancelled : messages.signInFailed);
  show(messages.wait);
  const { access_token: access, id_token: id } = tokens;
  const signIn = { access, id, ...personOf(id), tokens };
  const [status, content] = await request(config, "POST", "/v1/session", { id_token: id }, access).catch(() => [0, {}]);
  if (task.kind === "join") return status === 200 ? join(config, task, { ...signIn, session: content }) : showLanding(config, task, signIn, content);
  if (status !== 200) return showProblem(config, content, task, signIn);
  return (task.kind === "decide" ? decide : accept)(config, task, signIn);
}

// showSignInFailure shows the page that started a sign-in, with the form's values, and says why there was none.
async function showSignInFailure(config, task, message) {
  const problem = { detail: message };
  if (task.kind === "join") return showLanding(config, task, undefined, problem);
  if (task.kind === "accept") return showInvitation(config, task.token, { task, problem });
  signInToDecide(config, task);
  showError(message);
}

const unsubscribePath = (token, end = "") => "/v1/public/unsubscribe/" + encodeURIComponent(token) + end;

// showUnsubscribe asks whether to unsubscribe from the organization of a link. It says so if that is done already.
async function showUnsubscribe(config, token) {
  const [status, preview] = await request(config, "GET", unsubscribePath(token, "/preview"));
  if (status !== 200) return show(messages.unsubscribe, problemText(preview));
  setLanguage(preview.language);
  const { organization_name: organization, unsubscribed } = preview;
  const finished = () => {
    finish({ kind: "unsubscribed", organization });
    addUndo(config, token, organization);
  };
  if (unsubscribed) return finished();
  const title = messages.unsubscribeFrom(organization);
  show(title, messages.unsubscribeHow);
  addButton(messages.unsubscribe, async () => {
    const [posted, problem] = await request(config, "POST", unsubscribePath(token));
    if (posted === 204) return finished();
    show(title, problemText(problem));
    addButton(messages.tryAgain, () => showUnsubscribe(config, token));
  });
}

// addUndo adds the button that undoes an unsubscription.
function addUndo(config, token, organization) {
  addButton(messages.undo, async () => {
    const [status, problem] = await request(config, "POST", unsubscribePath(token, "/undo"));
    if (status === 204) return finish({ kind: "subscribedAgain", organization });
    show(messages.unsubscribeFrom(organization), problemText(problem));
    addButton(messages.tryAgain, () => location.reload());
  });
}

async function start() {
  const config = await (await fetch("/config.json")).json();
  const parts = location.pathname.split("/");
  if (parts[1] === "callback") return completeTask(config);
  const pending = takePendingTask();
  const shown = parts[1] !== "u" && showStoredResult();
  if (shown) return;
  // A pending task means that the person came back from the sign-in with the browser's back button.
  if (pending?.path === location.pathname) return showSignInFailure(config, pending, messages.signInCancelled);
  if (parts[1] === "j") return showLanding(config, { slug: (parts[2] ?? "").toLowerCase() });
  if (parts[1] === "i") return showInvitation(config, parts[2]);
  if (parts[1] === "u") return showUnsubscribe(config, parts[2]);
  if (parts[1] === "a" && parts.length >= 5) return signInToDecide(config, decisionTask(parts));
  show("Kith", messages.home);
}

setLanguage();
addEventListener("pageshow", (event) => event.persisted && location.reload()); // a page from the back cache has disabled buttons
start().catch(() => {
  show(messages.failedTitle, messages.failed);
  addButton(messages.tryAgain, () => location.reload());
});
