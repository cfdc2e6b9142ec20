// Each bridge with its rooms: a leg is as thick as it is busy, red and dashed where the bot is not in the room.
import { element, shape, rate_text, since } from "./draw.js";
import { box, leg, way, high } from "./picture.js";

const row = 84; // height of a room
const states = { joined: "up", connecting: "connecting", joining: "connecting", lost: "down", out: "down", refused: "down" };
const minute = 60000;

// Messages a minute of each leg, from how its counters have changed within the last minute.
export class BridgeRates {
  seen = new Map(); // "bridge address" -> [{ at, heard, told }], oldest first

  take(bridges) {
    const at = Date.now(), flows = {}, before = this.seen;
    this.seen = new Map();
    for (const bridge of bridges) {
      for (const { address, heard, told } of bridge.legs) {
        const key = bridge.name + " " + address;
        const past = (before.get(key) || []).filter(each => at - each.at <= minute && each.heard <= heard && each.told <= told);
        const first = past[0] || { at, heard, told };
        this.seen.set(key, [...past, { at, heard, told }]);
        // Of what was seen for less than a minute it is at least known how much that was.
        flows[key] = { heard: heard - first.heard, told: told - first.told };
      }
    }
    return flows;
  }
}

function words_of(each) {
  if (states[each.state] === "down") return each.state === "lost" ? "not reached" : each.state;
  return each.state === "joined" ? `in the room as ${each.nickname}` : each.state;
}

function draw(bridge, flows, width) {
  const height = bridge.legs.length * row + 8, middle = height / 2;
  const own = Math.min(190, width * 0.36), far = width * 0.54;
  const picture = shape("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "data-bridge": bridge.name,
    "aria-label": `The bridge ${bridge.name} and its rooms` });
  const boxes = [];
  let told = 0;
  bridge.legs.forEach((each, i) => {
    const y = 4 + i * row + row / 2;
    const flow = flows[bridge.name + " " + each.address];
    const state = bridge.paused && states[each.state] === "up" ? "partial" : states[each.state];
    told += flow.told;
    picture.append(leg(`${bridge.name} ${each.address}`, way(own, middle, far, y), way(far, y, own, middle), state,
      each.direction === "in" ? 0 : flow.told, each.direction === "out" ? 0 : flow.heard, each.text));
    const waits = each.waiting ? `${each.waiting} waiting` : `${rate_text(flow.told)} to it, ${rate_text(flow.heard)} from it`;
    boxes.push(box(far, y - high / 2, width - far, each.label || each.address,
      [words_of(each), each.held ? `${waits}, ${each.held} held` : waits], state === "down" ? "bad" : ""));
  });
  picture.append(box(0, middle - high / 2, own, bridge.name, [bridge.paused ? "paused" : `${rate_text(told)} told`], "hub"), ...boxes);
  return picture;
}

export function draw_bridges(bridges, flows, width) {
  return bridges.map(each => draw(each, flows, width));
}

export function bridge_alarms(bridges) {
  const found = [];
  for (const bridge of bridges) {
    if (bridge.paused) {
      found.push(element("p", { class: "alarm partial" }, element("b", {}, "Bridge " + bridge.name), ": paused – " + bridge.paused_text));
    }
    for (const each of bridge.legs) {
      if (states[each.state] !== "down") continue;
      found.push(element("p", { class: "alarm" }, element("b", {}, `Bridge ${bridge.name} – ${each.address}`),
        `: ${words_of(each)} – ${each.text}, for `, since(each.since)));
    }
  }
  return found;
}
