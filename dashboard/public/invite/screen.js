// What every page stands on: the screen's parts, its words, and asking the API.
import { words } from "/invite/words.js";

export const at = (id) => document.getElementById(id);

export let say = words[navigator.language.startsWith("es") ? "es" : "en"];

export function speak(language) {
  say = words[language] ?? say;
  document.documentElement.lang = say.language;
}

// show says something; what stood there before goes.
export function show(title, text = "", more = "") {
  at("title").textContent = document.title = title;
  at("text").textContent = text;
  at("more").textContent = more;
  at("wrong").textContent = "";
  at("form").hidden = true;
  at("about").replaceChildren();
  at("actions").replaceChildren();
}

// offer adds a button. The first is the one to press; with a form, also by Enter. When act returns false or fails, it can
// be pressed again.
export function offer(label, act) {
  const first = at("actions").childElementCount === 0;
  const button = document.createElement("button");
  button.type = first && !at("form").hidden ? "submit" : "button";
  if (button.type === "submit") button.setAttribute("form", "form");
  button.textContent = label;
  if (!first) button.className = "second";
  button.onclick = async () => {
    const all = at("actions").querySelectorAll("button");
    for (const one of all) one.disabled = true;
    let done = false;
    try {
      done = await act();
    } catch {
      at("wrong").textContent = say.failed;
    }
    if (done === false) for (const one of all) one.disabled = false;
  };
  at("actions").append(button);
}

// What refusals are called that the gateway makes, which knows no codes.
const codes = { 401: "sign_in_again", 404: "not_found", 429: "rate_limited", 503: "unavailable" };

// ask sends a request and returns [status, body]; refusals are problem details with a message for people.
export async function ask(config, method, path, body, access) {
  const headers = {};
  if (body) headers["Content-Type"] = "application/json";
  if (access) headers.Authorization = "Bearer " + access;
  const reply = await fetch(config.api + path, { method, headers, body: body && JSON.stringify(body) });
  const text = await reply.text();
  const told = text ? JSON.parse(text) : {};
  if (!reply.ok && !told.code) told.code = codes[reply.status];
  return [reply.status, told];
}

// refusal says why something was refused, in the page's language: in the words for where it was, or else in those for
// everywhere. A code that is new to the page is said as the API says it.
export function refusal(told, where = "") {
  const [wrong] = told.errors ?? [];
  if (wrong && say.fields[wrong.field]) return say.fields[wrong.field];
  const sentence = say[where]?.[told.code] ?? say.refusals[told.code];
  if (typeof sentence === "function") return sentence(told.at && say.day(told.at));
  return sentence ?? wrong?.message ?? told.detail ?? say.failed;
}
