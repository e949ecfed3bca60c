// The pages that links lead to: /j/SLUG is a campaign's landing page, /i/TOKEN explains an invitation and accepts it,
// /u/TOKEN stops the mail, /a/… shows administrators what somebody asks. Opening one changes nothing, since mail programs
// open links too. Nothing here goes into a query string or a log.
import { complain, complete, fill, filled } from "/invite/form.js";
import { join, landing } from "/invite/landing.js";
import { ask, at, offer, refusal, say, show, speak } from "/invite/screen.js";
import { arrive, leave, unfinished } from "/invite/signin.js";

const wayOf = (token, end = "") => "/v1/public/invitations/" + encodeURIComponent(token) + end;

// What can be done about a refusal, by its code.
const asksNew = ["invitation_used", "invitation_revoked", "invitation_replaced", "invitation_expired", "inviter_gone", "dismissed_since"];
const asksToJoin = ["invitation_for_another", "access_request_lapsed"];
const signsInOtherwise = ["invitation_for_another", "access_request_declined", "access_request_pending", "access_request_lapsed", "invitation_used", "email_not_verified"];

// refuse says why not, and offers what comes next. back is the sign-in that was refused, if there was one.
function refuse(config, told, task, back) {
  show("Kith", refusal(told));
  if (back && asksToJoin.includes(told.code)) offer(say.askToJoin(back.email), () => askToJoin(config, task, back));
  if (!back && told.code === "invitation_used") offer(say.signIn, () => leave(config, task));
  if (asksNew.includes(told.code)) offer(say.askNew, () => askForNew(config, task.token));
  if (told.code === "left_since" && told.slug) offer(say.joinAgain, () => location.assign("/j/" + encodeURIComponent(told.slug)));
  if (["sign_in_again", "invalid", "id_token_refused"].includes(told.code)) offer(say.again, () => task.token ? location.assign("/i/" + task.token) : leave(config, task));
  // A dead link can still be that of somebody whom the inviter let in with another address.
  const dead = !back && ["invitation_expired", "invitation_replaced"].includes(told.code);
  if (back ? signsInOtherwise.includes(told.code) : dead) offer(say.another, () => leave(config, task, back !== undefined));
}

async function askForNew(config, token) {
  const [status, told] = await ask(config, "POST", wayOf(token, "/resend-requests"));
  show("Kith", status === 202 ? say.askedNew : refusal(told));
}

async function askToJoin(config, task, back) {
  const [status, told] = await ask(config, "POST", "/v1/mobilizer/access-requests", { token: task.token, id_token: back.id }, back.access);
  if (status !== 200 && status !== 201) return refuse(config, told, task, back);
  show("Kith", say.asked, say.askedHow);
}

// invitation shows one. again is what was refused of its form: the task, the sign-in and what was told.
async function invitation(config, token, again) {
  const [status, told] = await ask(config, "GET", wayOf(token));
  if (status !== 200) return refuse(config, told, { kind: "accept", token });
  speak(told.language);
  const until = new Date(told.expires_at).toLocaleString(told.language, { dateStyle: "long", timeStyle: "short" });
  show(say.asks(told), say.until(until), again ? "" : say.how);
  at("from").textContent = told.organization_name;
  if (!told.role) fill(["first_name", "last_name", "zip"], again?.task.profile, say.asInvited);
  const task = () => ({ kind: "accept", token, language: told.language, role: told.role, profile: told.role ? {} : filled() });
  const ready = () => told.role !== undefined || complete();
  if (!again) return offer(say.accept, async () => ready() && leave(config, task()));
  offer(say.acceptNow, async () => ready() && accept(config, task(), again.back));
  complain(again.told.errors);
}

// The address that somebody signed in with, for a button's label.
function addressIn(idToken) {
  try {
    const claims = idToken.split(".")[1].replaceAll("-", "+").replaceAll("_", "/");
    return JSON.parse(new TextDecoder().decode(Uint8Array.from(atob(claims), (c) => c.charCodeAt(0)))).email;
  } catch {
    return "";
  }
}

async function accept(config, task, back) {
  const request = { token: task.token, id_token: back.id };
  const path = "/v1/mobilizer/invitations/";
  let [status, told] = task.role
    ? await ask(config, "POST", path + "accept-role", request, back.access)
    : await ask(config, "POST", path + "accept", { ...request, ...task.profile }, back.access);
  if (status === 404 && !task.role) { // a dead link does not say what it was for
    const [otherwise, role] = await ask(config, "POST", path + "accept-role", request, back.access);
    if (otherwise !== 404) [status, told, task] = [otherwise, role, { ...task, role: "admin" }];
  }
  if (status === 200 || status === 201) return show(task.role ? say.administers(told.name) : say.joined);
  if (told.code === "invalid" && !task.role && told.errors?.some((e) => e.field in say.fields)) {
    return invitation(config, task.token, { task, back, told });
  }
  refuse(config, told, task, back);
}

// Where administrators find an invitation that somebody asks about: /a/c/CAMPAIGN/INVITATION[/ASK], or /a/o/ORGANIZATION/….
function placeOf([, , kind, of, invitation, about]) {
  const all = `/v1/admin/${kind === "o" ? "organizations" : "campaigns"}/${encodeURIComponent(of)}/invitations`;
  return { kind: "decide", all, one: `${all}/${encodeURIComponent(invitation)}`, about };
}

function signInToDecide(config, task) {
  show(say.decide, say.decideHow);
  offer(say.signIn, () => leave(config, task));
}

async function decide(config, task, back) {
  const [status, i] = await ask(config, "GET", task.one, undefined, back.access);
  if (status !== 200) {
    show(say.decide, refusal(i, "deciding"));
    return offer(say.another, () => leave(config, task, true));
  }
  if (!task.about) return renew(config, task, back, i);
  const [listed, list] = await ask(config, "GET", task.one + "/access-requests", undefined, back.access);
  const about = listed === 200 && list.items.find((k) => k.id === task.about);
  if (!about) return show(say.decide, listed === 200 ? say.failed : refusal(list, "deciding"));
  show(say.who(about, i), about.status === "pending" ? "" : say[about.status], say.whoHow);
  for (const decision of ["approve", "decline"]) {
    offer(say[decision], async () => {
      const [answered, told] = await ask(config, "POST", `${task.one}/access-requests/${encodeURIComponent(task.about)}/${decision}`, undefined, back.access);
      show(say.decide, answered === 200 ? say[told.status] : refusal(told, "deciding"));
    });
  }
}

function renew(config, task, back, i) {
  show(say.renew(i), i.status === "accepted" ? say.accepted : "", say.renewHow);
  offer(say.send, async () => {
    const again = i.status === "open" || i.status === "expired";
    const { email, first_name, last_name, language, role } = i;
    const [status, told] = again
      ? await ask(config, "POST", task.one + "/resend", undefined, back.access)
      : await ask(config, "POST", task.all, { email, first_name, last_name, language, role }, back.access);
    show(say.renew(i), status === 200 || status === 201 ? say.sent : refusal(told, "deciding"));
  });
}

// arrived goes on with what somebody signed in for.
async function arrived(config) {
  const came = await arrive(config);
  if (!came?.task) return show("Kith", say.failed);
  const { task, tokens } = came;
  speak(task.language);
  if (!tokens) return unsigned(config, task);
  show(say.joining);
  const { access_token: access, id_token: id } = tokens;
  const back = { access, id, email: addressIn(id) };
  const [status, told] = await ask(config, "POST", "/v1/session", { id_token: id }, access).catch(() => [0, {}]);
  if (task.kind === "join") return status === 200 ? join(config, task, { ...back, session: told }) : landing(config, task, back, told);
  if (status !== 200) return refuse(config, told, task, back);
  return (task.kind === "decide" ? decide : accept)(config, task, back);
}

// unsigned is for who comes back from signing in without having done so.
function unsigned(config, task) {
  if (task.kind === "join") return landing(config, task, undefined, { code: "sign_in_again" });
  show("Kith", say.failed);
  offer(say.again, () => leave(config, task));
}

function unsubscribing(config, token) {
  show(say.stop, say.stopHow);
  offer(say.stopButton, async () => {
    const [status, told] = await ask(config, "POST", "/v1/public/unsubscribe/" + encodeURIComponent(token));
    show(status === 204 ? say.stopped : refusal(told));
  });
}

async function start() {
  const config = await (await fetch("/config.json")).json();
  const parts = location.pathname.split("/");
  if (parts[1] === "callback") return arrived(config);
  const before = unfinished(); // whoever went back in place of signing in
  if (parts[1] === "j") {
    const slug = (parts[2] ?? "").toLowerCase();
    return landing(config, before?.slug === slug ? before : { slug });
  }
  if (parts[1] === "i") return invitation(config, parts[2]);
  if (parts[1] === "u") return unsubscribing(config, parts[2]);
  if (parts[1] === "a" && parts.length >= 5) return signInToDecide(config, placeOf(parts));
  show("Kith", say.home);
}

speak();
addEventListener("pageshow", (event) => event.persisted && location.reload()); // by "back", with its buttons still pressed
start().catch(() => {
  show("Kith", say.failed);
  if (!location.pathname.startsWith("/callback")) offer(say.lookAgain, () => location.reload());
});
