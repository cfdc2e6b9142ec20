// The picture: XMPP server - gateway - networks. A leg is as thick as it is busy, red and dashed where it is down.
import { element, shape, since, span_of, per_minute, rate_text } from "./draw.js";
import { box, leg, way, high } from "./picture.js";
import { BridgeRates, draw_bridges, bridge_alarms } from "./bridges.js";

const row = 104; // height of a network
// Beside each other where there is room, else the XMPP server stands above the gateway.
const wide = { width: 1000, box: 190, hub: 300, far: 640, far_box: 190 };
const narrow = { width: 380, box: 150, hub: 0, far: 212, far_box: 166 };

function spark(values, x, y, width, height) {
  const most = Math.max(...values);
  if (values.length < 2 || most === 0) return null;
  const at = values.map((value, i) =>
    `${(x + width * i / (values.length - 1)).toFixed(1)} ${(y + height - height * value / most).toFixed(1)}`);
  return shape("polyline", { class: "spark", points: at.join(" ") });
}

// Beside a network: how busy it is, or what waits for it.
function notes(network, out, in_, x, y) {
  if (network.upstream.state === "down") {
    return [shape("text", { class: "bad", x, y: y - 8 }, "down"),
      shape("text", { class: "soft", x, y: y + 10 }, network.waiting ? `${network.waiting} waiting` : "nothing waits")];
  }
  return [shape("text", { class: "soft", x, y: y - 18 }, `to it ${rate_text(out)}`),
    shape("text", { class: "soft", x, y: y - 2 }, `from it ${rate_text(in_)}`),
    spark(network.to_network.map((value, i) => value + network.to_people[i]), x, y + 8, 136, 22)];
}

function draw(news, size) {
  const networks = news.networks;
  const beside = size === wide;
  const height = Math.max(beside ? 1 : 2, networks.length) * row + 8;
  const picture = shape("svg", { viewBox: `0 0 ${size.width} ${height}`, role: "img",
    "aria-label": "The XMPP server, the gateway and its networks" });
  const hub = beside ? height / 2 : Math.max(height / 2, 1.5 * row + 4);
  const xmpp = beside ? hub : hub - row;
  const boxes = [];
  let to_networks = 0, to_people = 0;
  networks.forEach((network, i) => {
    const y = 4 + i * row + row / 2 + (networks.length === 1 ? hub - 4 - row / 2 : 0);
    const out = per_minute(network.to_network, news.step), in_ = per_minute(network.to_people, news.step);
    to_networks += out;
    to_people += in_;
    const from = size.hub + size.box;
    picture.append(leg(network.jid, way(from, hub, size.far, y), way(size.far, y, from, hub), network.upstream.state,
      out, in_, network.upstream.text || network.name));
    const people = `${network.sessions.ready || 0} of ${network.people} connected`;
    boxes.push(box(size.far, y - high / 2, size.far_box, network.name || network.jid,
      beside ? [network.jid, people] : [people, network.waiting ? `${network.waiting} waiting` : rate_text(out + in_)]));
    if (beside) boxes.push(...notes(network, out, in_, size.far + size.far_box + 12, y).filter(each => each));
  });
  const up = networks.filter(each => each.xmpp.up).length;
  const state = up === networks.length ? "up" : up ? "partial" : "down";
  const words = { up: "connected", partial: `${up} of ${networks.length} connected`, down: "not connected" }[state];
  const [there, back] = beside
    ? [way(size.box, xmpp, size.hub, hub), way(size.hub, hub, size.box, xmpp)]
    : [way(size.box / 2, xmpp + high / 2, size.box / 2, hub - high / 2), way(size.box / 2, hub - high / 2, size.box / 2, xmpp + high / 2)];
  const waits = networks.reduce((sum, each) => sum + each.waiting, 0);
  picture.append(leg("xmpp", there, back, state, to_networks, to_people, words),
    box(0, xmpp - high / 2, size.box, "XMPP server", [words]),
    box(size.hub, hub - high / 2, size.box, "dragoman",
      [rate_text(to_networks + to_people), waits ? `${waits} waiting` : "nothing waits"], "hub"),
    ...boxes);
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
  found.push(...bridge_alarms(news.bridges));
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
    figure("delivered in", slow.length ? duration(Math.max(...slow)) : "–"),
  ];
}

function duration(seconds) {
  return seconds < 1 ? Math.round(seconds * 1000) + " ms" : span_of(seconds);
}

export function flow(main) {
  const warnings = element("div", { id: "alarms" });
  const picture = element("section", { class: "flow" });
  const bridges = element("section", { class: "flow", hidden: "" });
  const rates = new BridgeRates();
  const numbers = element("dl");
  main.append(warnings, picture, bridges, element("section", {}, element("h2", {}, "Messages"), numbers));
  let drawn = "", drawn_bridges = "";
  return news => {
    const size = main.clientWidth < 640 ? narrow : wide;
    // Drawn anew only when something of it has changed: the dots would start again each time.
    const now = JSON.stringify([size.width, news.networks, news.bridges.map(each => [each.name, each.paused, each.legs.map(leg => [leg.state, leg.text])])]);
    if (now !== drawn) {
      drawn = now;
      warnings.replaceChildren(...alarms(news));
      const drawing = draw(news, size);
      picture.replaceChildren(element("h2", {}, "Flow"), drawing, element("ul", { class: "legend" },
        ...[["", "works"], ["partial", "partly"], ["down", "down"], ["idle", "nobody needs it"]]
          .map(([kind, text]) => element("li", {}, element("i", { class: kind }), text))));
      drawing.setCurrentTime(performance.now() / 1000); // dots go on where they were
    }
    const flows = rates.take(news.bridges);
    const of_bridges = JSON.stringify([size.width, news.bridges.map(each => [each.name, each.paused, each.legs]), flows]);
    if (of_bridges !== drawn_bridges) {
      drawn_bridges = of_bridges;
      bridges.hidden = news.bridges.length === 0;
      bridges.replaceChildren(element("h2", {}, "Bridges"), ...draw_bridges(news.bridges, flows, size.width));
      for (const each of bridges.querySelectorAll("svg")) each.setCurrentTime(performance.now() / 1000);
    }
    numbers.replaceChildren(...figures(news));
  };
}
