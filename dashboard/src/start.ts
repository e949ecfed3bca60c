// The site answers every address with one page. The first part of the path chooses the code to load, so that nobody loads
// another part's code.
export {};

const joinPages = ["j", "i", "u", "a"];

/** hasJoinTask reports whether this tab left for the sign-in from a join page, which completes it by itself. */
const hasJoinTask = () => sessionStorage.getItem("kith-sign-in") !== null;

/** startJoinPages puts the join pages, with their script, in the place of the app. */
function startJoinPages() {
  const template = document.getElementById("join") as HTMLTemplateElement;
  document.getElementById("root")!.replaceWith(template.content.cloneNode(true));
}

async function start() {
  const part = location.pathname.split("/")[1] ?? "";
  if (joinPages.includes(part) || (part === "callback" && hasJoinTask())) return startJoinPages();
  if (part === "callback") {
    const { completeSignIn } = await import("./signin/callback");
    const path = await completeSignIn();
    if (/^\/m(\/|$)/.test(path)) return location.replace(path); // the mobilizers' app is another page
    history.replaceState(null, "", path);
  }
  await (await import("./admin/main")).startAdmin();
}

// A tab that was open during a deployment asks for files that are gone. One reload gets the present ones.
addEventListener("vite:preloadError", (event) => {
  const last = Number(sessionStorage.getItem("reloaded-at"));
  if (Date.now() - last < 60_000) return;
  sessionStorage.setItem("reloaded-at", String(Date.now()));
  event.preventDefault();
  location.reload();
});

await start();
