// People, rooms and problems: tables that can be searched.
import { element, since } from "./draw.js";

function cell(label, content, kind = "") {
  return element("td", { "data-label": label, class: kind || null }, element("div", {}, ...[content].flat()));
}

function state(kind, text = kind) {
  return element("span", { class: "state " + kind }, text);
}

// One table with a line to search in; `columns` are [title, is a number], `row_of` makes the cells of an item.
function table(main, title, columns, empty, row_of) {
  const search = element("input", { type: "search", placeholder: "Search", "aria-label": "Search in " + title });
  const count = element("span", { class: "soft" });
  const body = element("tbody");
  const nothing = element("p", { class: "empty" }, empty);
  const head = element("thead", {}, element("tr", {},
    ...columns.map(([name, number]) => element("th", { scope: "col", class: number ? "number" : null }, name))));
  const whole = element("table", {}, head, body);
  main.append(element("section", {}, element("h2", {}, title), element("div", { class: "find" }, search, count), whole, nothing));
  let items = [], all = 0;
  function draw() {
    const wanted = search.value.toLowerCase();
    const rows = items.map(item => element("tr", {}, ...row_of(item)))
      .filter(row => row.textContent.toLowerCase().includes(wanted));
    body.replaceChildren(...rows);
    whole.hidden = rows.length === 0;
    nothing.hidden = rows.length > 0;
    nothing.textContent = wanted ? "Nothing here has “" + search.value + "” in it." : empty;
    count.textContent = items.length < all ? `the ${items.length} of ${all} that need a look first` : `${all}`;
  }
  search.addEventListener("input", draw);
  return (now, of) => {
    items = now;
    all = of;
    draw();
  };
}

const words = { none: "not connected", connecting: "connecting", ready: "connected", lost: "lost", refused: "refused" };

export function sessions(main) {
  const update = table(main, "Sessions",
    [["Person"], ["Network"], ["State"], ["Since"], ["Rooms", true], ["Waiting", true], ["Last error"]],
    "Nobody uses the gateway yet.", each => [
      cell("Person", [each.person, each.nickname ? element("small", {}, "as " + each.nickname) : ""]),
      cell("Network", each.network, "net"),
      cell("State", [state(each.state, words[each.state]),
        (each.state === "lost" || each.state === "refused") && each.text !== each.error ? element("small", {}, each.text) : ""]),
      cell("Since", since(each.since), "when"),
      cell("Rooms", String(each.rooms), "number"),
      cell("Waiting", each.waiting ? [String(each.waiting), element("small", {}, "for ", since(each.oldest))] : "0", "number"),
      cell("Last error", each.error ? [each.error, element("small", {}, since(each.error_at), " ago")] : []),
    ]);
  return news => update(news.people.rows, news.people.all);
}

export function rooms(main) {
  const update = table(main, "Rooms",
    [["Room"], ["Network"], ["State"], ["Our people", true], ["In the room", true]],
    "Nobody is in a room.", each => [
      cell("Room", each.address.slice(0, each.address.lastIndexOf("@"))),
      cell("Network", each.network, "net"),
      cell("State", Object.entries(each.states).map(([kind, count]) =>
        state(kind, each.people > 1 ? `${kind} ${count} ` : kind))),
      cell("Our people", String(each.people), "number"),
      cell("In the room", each.occupants ? String(each.occupants) : "–", "number"),
    ]);
  return news => update(news.rooms.rows, news.rooms.all);
}

export function errors(main) {
  const update = table(main, "Errors",
    [["What"], ["Level"], ["Network"], ["Times", true], ["Last"], ["First"]],
    "Nothing went wrong since the start.", each => [
      cell("What", [each.message, each.details ? element("small", {}, each.details) : ""]),
      cell("Level", state(each.level)),
      cell("Network", each.network || [], "net"),
      cell("Times", String(each.count), "number"),
      cell("Last", [since(each.last), " ago"], "when"),
      cell("First", [since(each.first), " ago"], "when"),
    ]);
  return news => update(news.problems, news.problems.length);
}
