// Elements, and numbers in words. Text is always set as text: names come from strangers.
export function element(name, attributes = {}, ...children) {
  return fill(document.createElement(name), attributes, children);
}

export function shape(name, attributes = {}, ...children) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, children);
}

function fill(made, attributes, children) {
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter(child => child !== null && child !== undefined));
  return made;
}

export function span_of(seconds) {
  if (seconds < 90) return Math.max(0, Math.round(seconds)) + " s";
  if (seconds < 5400) return Math.round(seconds / 60) + " min";
  if (seconds < 129600) return Math.round(seconds / 3600) + " h";
  return Math.round(seconds / 86400) + " d";
}

export function ago(at) {
  return span_of((Date.now() - at) / 1000);
}

// How long ago something was; counts on by itself.
export function since(at) {
  if (!at) return element("span", { class: "soft" }, "–");
  return element("time", { "data-at": at, datetime: new Date(at).toISOString(), title: new Date(at).toLocaleString() }, ago(at));
}

// Messages a minute, from what came in each step; of the last minute.
export function per_minute(steps, step) {
  const last = steps.slice(-Math.round(60 / step));
  return last.length ? last.reduce((sum, each) => sum + each, 0) * 60 / (last.length * step) : 0;
}

export function rate_text(rate) {
  return (rate >= 10 || rate === 0 ? Math.round(rate) : rate.toFixed(1)) + "/min";
}

export function cut(text, most) {
  return text.length > most ? text.slice(0, most - 1) + "…" : text;
}
