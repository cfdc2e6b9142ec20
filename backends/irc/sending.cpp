#include "backends/irc/sending.hpp"

#include <algorithm>
#include <charconv>

#include "backends/irc/encodings.hpp"
#include "backends/irc/fit_line.hpp"
#include "backends/irc/formatting.hpp"
#include "backends/irc/split.hpp"
#include "base/log.hpp"

namespace dragoman::backends::irc {

namespace {

/// "17" as the label of a line, without an allocation.
class LabelText {
 public:
  explicit LabelText(std::uint32_t label) {
    if (label != 0) end_ = std::to_chars(text_, text_ + sizeof text_, label).ptr;
  }
  std::string_view view() const { return {text_, static_cast<std::size_t>(end_ - text_)}; }

 private:
  char text_[12];
  char* end_ = text_;
};

/// `flow`: the line counts in the window.
void note_written(State& state, const Effects& effects, bool flow, Evidence::Slot slot, std::size_t bytes,
                  std::uint32_t label, std::string text) {
  state.link.bytes += bytes;
  if (flow && state.link.window) state.link.window->written(label, effects.now);
  if (slot != Evidence::none) {
    state.link.evidence.written(slot, state.link.bytes, label, std::move(text), effects.now);
  }
}

void write_ping(State& state, Effects& effects) {
  const std::string token = state.link.evidence.begin_ping();
  if (state.link.window) state.link.window->pinged();
  send_now(state, effects, "PING", {token});
}

/// What limits the link that is ready; null: nothing does. Follows the settings, which may change while it is up.
SendWindow* window_of(State& state) {
  Link& link = state.link;
  Shared::Flood flood = state.shared.flood;
  if (state.login.burst != 0) flood.burst = std::min(flood.burst, state.login.burst);
  if (!flood.limited || link.isupport->safe_rate || state.stage != Stage::ready) {
    link.window.reset();
    return nullptr;
  }
  if (!link.window || link.window_flood != flood) {
    link.window.emplace(flood.burst, flood.interval);
    link.window_flood = flood;
  }
  return &*link.window;
}

bool may_leave(State& state, Instant now) {
  const SendWindow* window = window_of(state);
  return window == nullptr || window->may_send(now);
}

/// The lines that fill the window have no labels, and others wait behind them.
bool is_stuck(const State& state) {
  const Link& link = state.link;
  return link.window && !link.queue.empty() && link.window->wants_ping() && !link.evidence.ping_under_way();
}

void enqueue(State& state, const Sending& how, QueuedLine line) {
  Link& link = state.link;
  line.slot = how.slot;
  if (how.slot != Evidence::none) {
    line.command = link.evidence.command_of(how.slot);
    line.goes_on = link.evidence.has_begun(how.slot);
  }
  const bool behind = how.urgency == Urgency::command && !how.target.empty() && link.queue.has(how.target);
  link.queue.push(behind ? Urgency::message : how.urgency, how.target, std::move(line));
}

}  // namespace

std::size_t limit_of(const State& state) { return std::max(state.link.isupport->line_length, line_limit); }

std::size_t budget_of(const State& state, std::size_t command, std::size_t target) {
  const Link& link = state.link;
  // Until our own JOIN has told us the prefix: the longest user and host that servers make.
  const std::size_t user = link.user.empty() ? 11 : link.user.size();
  const std::size_t host = link.host.empty() ? 64 : link.host.size();
  return text_budget(limit_of(state), link.nickname.size() + 1 + user + 1 + host, command, target);
}

Result<void> send(State& state, Effects& effects, Sending how, std::string_view command,
                  std::span<const std::string_view> middles, std::optional<std::string_view> text) {
  Link& link = state.link;
  const std::uint32_t label = how.labelled && link.caps.has(Cap::labeled_response) ? ++link.last_label : 0;
  const LabelText label_text{label};
  const LineOptions options{label_text.view(), limit_of(state), how.tags};
  // What is compared with the echo; without one there is nothing to compare.
  const bool echo = label != 0 && text && link.caps.has(Cap::echo_message);
  const bool flow = how.urgency != Urgency::now;
  const bool at_once = !flow || (link.queue.empty() && may_leave(state, effects.now));
  if (at_once) {
    const std::size_t before = effects.out.size();
    if (const auto written = write_line(effects.out, command, middles, text, options); !written) return written;
    note_written(state, effects, flow, how.slot, effects.out.size() - before, label,
                 echo ? std::string{*text} : std::string{});
    return {};
  }
  QueuedLine line;
  if (const auto written = write_line(line.bytes, command, middles, text, options); !written) return written;
  line.label = label;
  if (echo) line.text = *text;
  enqueue(state, how, std::move(line));
  return {};
}

Result<void> send_batch(State& state, Effects& effects, Sending how, std::string_view target,
                        std::span<const BatchLine> lines) {
  Link& link = state.link;
  const std::uint32_t label = link.caps.has(Cap::labeled_response) ? ++link.last_label : 0;
  const LabelText label_text{label};
  const std::string reference = 'm' + std::to_string(++link.last_batch);
  const std::string inside = "batch=" + reference, joined = inside + ";draft/multiline-concat";
  QueuedLine whole;
  whole.label = label;
  const LineOptions first{label_text.view(), limit_of(state), how.tags};
  auto written = write_line(whole.bytes, "BATCH", {'+' + reference, "draft/multiline", target}, std::nullopt, first);
  for (const BatchLine& line : lines) {
    const LineOptions options{{}, limit_of(state), line.joined ? joined : inside};
    if (written) written = write_line(whole.bytes, "PRIVMSG", {target}, line.text, options);
    if (!whole.text.empty() || &line != &lines.front()) whole.text += line.joined ? "" : "\n";
    whole.text += line.text;
  }
  if (written) written = write_line(whole.bytes, "BATCH", {'-' + reference});
  if (!written) return written;
  if (label == 0 || !link.caps.has(Cap::echo_message)) whole.text.clear();
  if (!link.queue.empty() || !may_leave(state, effects.now)) {
    enqueue(state, how, std::move(whole));
    return {};
  }
  effects.out += whole.bytes;
  note_written(state, effects, true, how.slot, whole.bytes.size(), label, std::move(whole.text));
  return {};
}

void send_now(State& state, Effects& effects, std::string_view command, std::initializer_list<std::string_view> middles,
              std::optional<std::string_view> text) {
  const auto sent = send(state, effects, {.urgency = Urgency::now}, command, middles, text);
  if (!sent) LOG_WARN("line not sent", command, sent.error());
}

std::string away_text(const State& state) {
  if (state.absent && state.link.caps.has(Cap::pre_away)) return "*";
  return encode_text(state.away, encoding_out(state));
}

std::string read_away(const State& state, std::string_view text) {
  return text == "*" ? "not connected" : without_formatting(read_text(state, text));
}

void pump(State& state, Effects& effects) {
  Link& link = state.link;
  while (!link.queue.empty() && may_leave(state, effects.now)) {
    std::optional<QueuedLine> line = link.queue.pop();
    // What has ended meanwhile (refused, timed out) is dropped.
    while (line && line->slot != Evidence::none && !link.evidence.alive(line->slot, line->command)) {
      line = link.queue.pop();
    }
    if (!line) return;
    fit_line(state, *line);
    effects.out += line->bytes;
    note_written(state, effects, true, line->slot, line->bytes.size(), line->label, std::move(line->text));
    const bool enough = link.evidence.lines_since_ping() >= SendWindow::most;
    if (is_stuck(state) || (enough && link.evidence.wants_ping(effects.now))) write_ping(state, effects);
  }
}

void ask_for_evidence(State& state, Effects& effects) {
  Link& link = state.link;
  if (is_stuck(state)) return write_ping(state, effects);
  if (!link.evidence.wants_ping(effects.now)) return;
  if (link.queue.empty() || link.evidence.lines_since_ping() >= SendWindow::most) write_ping(state, effects);
}

std::optional<Instant> next_leave(State& state, Instant now) {
  if (state.link.queue.empty()) return std::nullopt;
  const SendWindow* window = window_of(state);
  if (window != nullptr) return window->opens_at(now);
  if (state.stage == Stage::ready) return now;  // flood control was switched off while this waited
  return std::nullopt;
}

}  // namespace dragoman::backends::irc
