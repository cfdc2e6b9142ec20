// What pictures are made of: boxes, and legs between them.
import { shape, cut } from "./draw.js";

export const high = 66; // of a box

function thickness(rate) {
  return 3 + Math.min(5, Math.log2(1 + rate) * 0.6);
}

export function box(x, y, width, title, lines, kind = "") {
  const room = Math.floor((width - 20) / 8.4);
  return shape("g", {},
    shape("rect", { class: "box " + kind, x: x + 1, y, width: width - 2, height: high, rx: 10 }),
    shape("text", { class: "name", x: x + 12, y: y + 26 }, shape("title", {}, title), cut(title, room)),
    ...lines.map((line, i) =>
      shape("text", { class: "soft", x: x + 12, y: y + 43 + 15 * i }, shape("title", {}, line), cut(line, Math.floor(room * 1.25)))));
}

// Leaves and arrives level, or straight down.
export function way(x1, y1, x2, y2) {
  const middle = (x1 + x2) / 2;
  return x1 === x2 ? `M${x1} ${y1} L${x2} ${y2}` : `M${x1} ${y1} C${middle} ${y1} ${middle} ${y2} ${x2} ${y2}`;
}

// `to_far` and `to_near`: messages a minute. A dot travels while there are any, quicker where there are more.
export function leg(id, path, back, state, to_far, to_near, text) {
  const line = shape("g", { "data-leg": id, "data-state": state },
    shape("path", { class: "leg " + state, d: path, "stroke-width": thickness(to_far + to_near) }, shape("title", {}, text)));
  if (state !== "up" && state !== "partial") return line;
  for (const [rate, along] of [[to_far, path], [to_near, back]]) {
    if (rate === 0) continue;
    const time = Math.max(0.9, 4 - Math.log2(1 + rate) / 2).toFixed(1);
    line.append(shape("circle", { class: "dot", r: 5 },
      shape("animateMotion", { dur: time + "s", repeatCount: "indefinite", path: along })));
  }
  return line;
}
