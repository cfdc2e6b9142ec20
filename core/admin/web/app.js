// What the page is made of: one stream of news (/events), and a view that draws the newest. No library, no build step.
import { element, ago } from "./draw.js";
import { flow } from "./flow.js";
import { sessions, rooms, errors } from "./tables.js";

const views = { flow, sessions, rooms, errors };
const main = document.getElementById("main");
const live = document.getElementById("live");
let news = null;   // the newest status
let shown = "";    // which view stands in `main`
let update = null; // draws the news into it
let closed = false;

function say(state, text) {
  live.dataset.state = state;
  live.textContent = text;
}

function note(title, ...lines) {
  closed = true;
  document.getElementById("views").hidden = true;
  document.getElementById("logout").hidden = true;
  main.replaceChildren(element("div", { class: "note" }, element("h2", {}, title),
    ...lines.map(line => element("p", {}, ...[line].flat()))));
}

function ask_for_login() {
  say("lost", "not logged in");
  note("Log in with a link",
    ["Write ", element("code", {}, "web"), " to the gateway's address in your XMPP client, or run its command “Open the status page”."],
    "It answers with a link that works once, within five minutes. You stay logged in for twelve hours.");
}

function show() {
  if (!news || closed) return;
  const wanted = location.hash.slice(1) in views ? location.hash.slice(1) : "flow";
  if (wanted !== shown) {
    shown = wanted;
    main.replaceChildren();
    update = views[wanted](main);
  }
  for (const link of document.querySelectorAll("nav a")) {
    if (link.hash === "#" + wanted) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    if (link.hash === "#errors") {
      const failed = news.problems.filter(each => each.level === "error").length;
      link.replaceChildren("Errors", ...(failed ? [element("b", {}, failed)] : []));
    }
  }
  update(news);
}

function watch() {
  const source = new EventSource("/events");
  source.onmessage = event => {
    news = JSON.parse(event.data);
    document.getElementById("views").hidden = false;
    document.getElementById("logout").hidden = false;
    say("live", news.software);
    show();
  };
  source.onerror = async () => {
    // 401 ends the stream for good; everything else is tried again.
    if (source.readyState !== EventSource.CLOSED) return say("lost", "the gateway does not answer");
    const answer = await fetch("/events", { method: "HEAD" }).catch(() => null);
    if (answer && answer.status === 401) return ask_for_login();
    say("lost", "the gateway does not answer");
    setTimeout(watch, 2000);
  };
}

async function log_in(token) {
  // Out of the address bar and the history before anything else: it is used up by what follows.
  history.replaceState(null, "", "/");
  const answer = await fetch("/login/token", { method: "POST", body: token }).catch(() => null);
  if (answer && answer.ok) return watch();
  say("lost", "not logged in");
  note("This link does not work any more",
    answer ? "It was used already, or it is older than five minutes." : "The gateway does not answer.",
    ["Write ", element("code", {}, "web"), " to the gateway for a new one."]);
}

document.getElementById("logout").addEventListener("click", async () => {
  await fetch("/logout", { method: "POST" });
  location.replace("/");
});
addEventListener("hashchange", show);
addEventListener("resize", show);
setInterval(() => {
  for (const each of document.querySelectorAll("time[data-at]")) each.textContent = ago(Number(each.dataset.at));
}, 1000);

if (location.pathname === "/login" && location.hash) log_in(location.hash.slice(1));
else watch();
