// The picture: XMPP server - gateway - networks. A leg is as thick as it is busy, red and dashed where it is down.
import { element, shape, since, span_of, per_minute, rate_text, cut } from "./draw.js";

const row = 104;      // height of a network
const wide = { width: 1000, box: 190, xmpp: 0, hub: 300, far: 640, gap: 150 };
const narrow = { width: 380, box: 108, xmpp: 0, hub: 136, far: 272, gap: 28 };

function thickness(rate) {
  return 2.5 + Math.min(9, Math.log2(1 + rate));
}

function box(x, y, width, title, lines, kind = "") {
  const room = Math.floor(width / 8) - 2;
  return shape("g", {},
    shape("rect", { class: "box " + kind, x, y, width, height: 66, rx: 10 }),
    shape("text", { class: "name", x: x + 12, y: y + 26 }, shape("title", {}, title), cut(title, room)),
    ...lines.map((line, i) => shape("text", { class: "soft", x: x + 12, y: y + 44 + 15 * i }, cut(line, room + 3))));
}

// From (x1, y1) to (x2, y2): leaves and arrives level.
function leg(id, x1, y1, x2, y2, state, rate, text) {
  const middle = (x1 + x2) / 2;
  const path = `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
  return shape("g", { "data-leg": id, "data-state": state },
    shape("path", { class: "leg " + state, d: path, "stroke-width": thickness(rate) },
      shape("title", {}, text)));
}

// A dot that travels while messages do; quicker where more of them do.
function dot(x1, y1, x2, y2, rate) {
  const middle = (x1 + x2) / 2;
  const time = Math.max(0.9, 4 - Math.log2(1 + rate) / 2);
  return shape("circle", { class: "dot", r: 4.5 },
    shape("animateMotion", { dur: time + "s", repeatCount: "indefinite",
      path: `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}` }));
}

function spark(values, x, y, width, height) {
  const most = Math.max(1, ...values);
  const at = values.map((value, i) =>
    `${(x + width * i / Math.max(1, values.length - 1)).toFixed(1)} ${(y + height - height * value / most).toFixed(1)}`);
  return values.length > 1 ? shape("polyline", { class: "spark", points: at.join(" ") }) : null;
}

function draw(news, size) {
  const networks = news.networks;
  const height = Math.max(1, networks.length) * row + 8;
  const picture = shape("svg", { viewBox: `0 0 ${size.width} ${height}`, role: "img",
    "aria-label": "The XMPP server, the gateway and its networks" });
  const center = height / 2;
  const all_up = networks.every(each => each.xmpp.up);
  const some_up = networks.some(each => each.xmpp.up);
  let total = 0;
  const far = [];
  networks.forEach((network, i) => {
    const y = 4 + i * row + row / 2;
    const out = per_minute(network.to_network, news.step), in_ = per_minute(network.to_people, news.step);
    const rate = out + in_;
    total += rate;
    const state = network.upstream.state;
    const from = size.hub + size.box, to = size.far;
    picture.append(leg(network.jid, from, center, to, y, state, rate, network.upstream.text || network.name));
    if (rate > 0 && (state === "up" || state === "partial")) {
      if (out > 0) picture.append(dot(from, center, to, y, out));
      if (in_ > 0) picture.append(dot(to, y, from, center, in_));
    }
    const ready = network.sessions.ready || 0;
    const lines = [network.jid, `${ready} of ${network.people} connected`];
    far.push(box(size.far, y - 33, size.box, network.name || network.jid, size === wide ? lines : lines.slice(1)));
    if (size !== wide) return;
    const x = size.far + size.box + 12;
    far.push(shape("text", { class: "soft", x, y: y - 18 }, `to it ${rate_text(out)}`));
    far.push(shape("text", { class: "soft", x, y: y - 2 }, `from it ${rate_text(in_)}`));
    const line = spark(network.to_network.map((value, k) => value + network.to_people[k]), x, y + 8, size.gap - 14, 22);
    if (line) far.push(line);
  });
  const xmpp = all_up ? "up" : some_up ? "partial" : "down";
  const from = size.xmpp + size.box;
  picture.append(leg("xmpp", from, center, size.hub, center, xmpp, total, xmpp));
  if (total > 0 && some_up) {
    picture.append(dot(from, center, size.hub, center, total), dot(size.hub, center, from, center, total));
  }
  const waits = networks.reduce((sum, each) => sum + each.waiting, 0);
  picture.append(
    box(size.xmpp, center - 33, size.box, "XMPP server", [all_up ? "connected" : some_up ? "partly connected" : "not connected"]),
    box(size.hub, center - 33, size.box, "dragoman", [rate_text(total), waits ? `${waits} waiting` : "nothing waits"], "hub"),
    ...far);
  return picture;
}

function alarms(news) {
  const found = [];
  for (const network of news.networks) {
    if (!network.xmpp.up) {
      found.push(element("p", { class: "alarm" }, element("b", {}, "XMPP server – " + network.jid), ": " + network.xmpp.text));
    }
    const { state, text } = network.upstream;
    if (state !== "down" && state !== "partial") continue;
    const lost = network.sessions.lost || 0;
    found.push(element("p", { class: "alarm " + state }, element("b", {}, network.name || network.jid),
      state === "down" ? ": down" : `: ${lost} of ${network.people} not connected`, text ? " – " + text : ""));
  }
  if (!news.writable) {
    found.push(element("p", { class: "alarm" }, element("b", {}, "Disk"), ": nearly full; new messages are refused"));
  }
  return found;
}

function figure(title, value, kind = "") {
  return element("div", { class: kind }, element("dt", {}, title), element("dd", {}, value));
}

function figures(news) {
  const of = news.messages;
  const oldest = Math.min(...news.networks.map(each => each.oldest || Infinity));
  const slow = news.networks.map(each => each.latency).filter(each => each !== null);
  return [
    figure("accepted", of.accepted.toLocaleString()),
    figure("delivered", of.delivered.toLocaleString()),
    figure("returned", (of.returned + of.returning).toLocaleString()),
    figure("held", of.held.toLocaleString(), of.held ? "bad" : ""),
    figure("queued", of.queued.toLocaleString(), of.queued ? "warn" : ""),
    figure("oldest waiting", isFinite(oldest) ? since(oldest) : "–", isFinite(oldest) ? "warn" : ""),
    figure("taken after", slow.length ? duration(Math.max(...slow)) : "–"),
  ];
}

function duration(seconds) {
  return seconds < 1 ? Math.round(seconds * 1000) + " ms" : span_of(seconds);
}

export function flow(main) {
  const warnings = element("div", { id: "alarms" });
  const picture = element("section", { class: "flow" });
  const numbers = element("dl");
  main.append(warnings, picture, element("section", {}, element("h2", {}, "Messages"), numbers));
  let drawn = "";
  return news => {
    const size = main.clientWidth < 640 ? narrow : wide;
    // Drawn anew only when something of it has changed: the dots would start again each time.
    const now = JSON.stringify([size.width, news.networks]);
    if (now !== drawn) {
      drawn = now;
      warnings.replaceChildren(...alarms(news));
      picture.replaceChildren(element("h2", {}, "Flow"), draw(news, size), element("ul", { class: "legend" },
        ...[["", "works"], ["partial", "partly"], ["down", "down"], ["idle", "nobody needs it"]]
          .map(([kind, text]) => element("li", {}, element("i", { class: kind }), text))));
    }
    numbers.replaceChildren(...figures(news));
  };
}
