// The pages that links in mails lead to: /i/TOKEN explains an invitation and accepts it, /u/TOKEN stops the mail. Opening
// one changes nothing, since mail programs open links too. Nothing here goes into a query string or a log.
import { words } from "/invite/words.js";
import { arrive, leave } from "/invite/signin.js";

const at = (id) => document.getElementById(id);
let say = words[navigator.language.startsWith("es") ? "es" : "en"];

function speak(language) {
  say = words[language] ?? say;
  document.documentElement.lang = language;
}

// show says something; what stood there before goes.
function show(title, text = "", more = "") {
  at("title").textContent = document.title = title;
  at("text").textContent = text;
  at("more").textContent = more;
  at("form").hidden = at("button").hidden = true;
}

function offer(label, act) {
  const button = at("button");
  button.textContent = label;
  button.disabled = false;
  button.hidden = false;
  button.onclick = async () => {
    button.disabled = true;
    try {
      await act();
    } catch {
      at("text").textContent = say.failed;
      button.disabled = false;
    }
  };
}

// ask sends a request and returns [status, body]; refusals are problem details with a message for people.
async function ask(config, method, path, body, access) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (access) headers.Authorization = "Bearer " + access;
  const reply = await fetch(config.api + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await reply.text();
  return [reply.status, text ? JSON.parse(text) : {}];
}

async function invitation(config, token) {
  const [status, told] = await ask(config, "GET", "/v1/public/invitations/" + encodeURIComponent(token));
  if (status !== 200) return show("Kith", told.detail ?? say.failed);
  speak(told.language);
  const until = new Date(told.expires_at).toLocaleString(told.language, { dateStyle: "long", timeStyle: "short" });
  show(say.asks(told), say.until(until), say.how);
  at("from").textContent = told.organization;
  for (const name of ["first", "last", "zip", "consent"]) at(name + "-label").textContent = say[name];
  at("form").hidden = false;
  offer(say.accept, () => {
    const fields = new FormData(at("form"));
    const profile = { consent: fields.get("consent") !== null };
    for (const name of ["first_name", "last_name", "zip"]) if (fields.get(name)) profile[name] = fields.get(name);
    return leave(config, { token, language: told.language, profile });
  });
}

async function accept(config) {
  const back = await arrive(config);
  if (!back?.task?.token) return show("Kith", say.failed);
  speak(back.task.language);
  show(say.joining);
  const { access_token: access, id_token: id } = back.tokens;
  let [status, told] = await ask(config, "POST", "/v1/session", { id_token: id }, access);
  if (status === 200) {
    const request = { token: back.task.token, id_token: id, ...back.task.profile };
    [status, told] = await ask(config, "POST", "/v1/mobilizer/invitations/accept", request, access);
  }
  if (status === 200 || status === 201) return show(say.joined);
  show("Kith", told.errors?.[0]?.message ?? told.detail ?? say.failed);
  if (status === 401 || status === 403 || status === 422) offer(say.again, () => location.assign("/i/" + back.task.token));
}

function unsubscribing(config, token) {
  show(say.stop, say.stopHow);
  offer(say.stopButton, async () => {
    const [status, told] = await ask(config, "POST", "/v1/public/unsubscribe/" + encodeURIComponent(token));
    show(status === 204 ? say.stopped : (told.detail ?? say.failed));
  });
}

async function start() {
  const config = await (await fetch("/config.json")).json();
  const [, kind, token] = location.pathname.split("/");
  if (kind === "i") return invitation(config, token);
  if (kind === "u") return unsubscribing(config, token);
  if (kind === "callback") return accept(config);
  show("Kith");
}

start().catch(() => show("Kith", say.failed));
