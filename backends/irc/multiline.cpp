#include "backends/irc/multiline.hpp"

#include <algorithm>

#include "backends/irc/handlers.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

constexpr std::string_view multiline_type = "draft/multiline";
/// What a server may make us keep.
constexpr std::size_t most_coming = 8, most_bytes_coming = 64 * 1024;

std::vector<ComingLines>::iterator find_coming(Past& past, std::string_view reference) {
  return std::find_if(past.coming.begin(), past.coming.end(),
                      [reference](const ComingLines& each) { return each.reference == reference; });
}

void close_batch(std::vector<std::vector<BatchLine>>& batches, std::vector<BatchLine>& batch) {
  while (!batch.empty() && batch.back().text.empty()) batch.pop_back();
  if (!batch.empty()) batches.push_back(std::move(batch));
  batch.clear();
}

}  // namespace

bool takes_multiline(const Link& link) {
  return link.caps.has(Cap::multiline) && link.caps.has(Cap::batch) && link.offered.multiline.bytes > 0;
}

std::vector<std::vector<BatchLine>> make_batches(std::vector<BatchLine> lines, const MultilineLimits& limits) {
  std::vector<std::vector<BatchLine>> batches;
  std::vector<BatchLine> batch;
  std::size_t bytes = 0;
  for (BatchLine& line : lines) {
    const std::size_t more = line.text.size() + (batch.empty() || line.joined ? 0 : 1);
    const bool full = (limits.lines != 0 && batch.size() == limits.lines) || bytes + more > limits.bytes;
    if (full) {
      close_batch(batches, batch);
      bytes = 0;
    }
    if (batch.empty()) {
      if (line.text.empty()) continue;
      line.joined = false;
      bytes = line.text.size();
    } else {
      bytes += more;
    }
    batch.push_back(std::move(line));
  }
  close_batch(batches, batch);
  return batches;
}

void multiline_begins(State& state, std::string_view reference, const Message& message) {
  if (message.param(1) != multiline_type || message.count < 3 || message.source.empty()) return;
  Past& past = state.link.made_past();
  if (past.coming.size() >= most_coming || find_coming(past, reference) != past.coming.end()) return;
  ComingLines coming;
  coming.reference = reference;
  if (!message.tags.empty()) {
    coming.front.append("@").append(message.tags);
    if (message.batch_label != 0) coming.front.append(";label=").append(std::to_string(message.batch_label));
    coming.front += ' ';
  }
  coming.front.append(":").append(message.source).append(" ");
  coming.target = message.param(2);
  past.coming.push_back(std::move(coming));
}

bool is_part_of_multiline(State& state, const Message& message) {
  if (!state.link.past || state.link.past->coming.empty() || message.tags.empty()) return false;
  const bool notice = text::ascii_iequals(message.command, "NOTICE");
  if (!notice && !text::ascii_iequals(message.command, "PRIVMSG")) return false;
  const auto reference = message.raw_tag("batch");
  if (!reference) return false;
  const auto coming = find_coming(*state.link.past, *reference);
  if (coming == state.link.past->coming.end()) return false;
  if (!coming->begun) coming->notice = notice;
  const bool joined = message.raw_tag("draft/multiline-concat").has_value();
  if (std::exchange(coming->begun, true) && !joined) coming->text += '\n';
  if (coming->text.size() + message.param(1).size() <= most_bytes_coming) coming->text += message.param(1);
  return true;
}

void multiline_ends(State& state, std::string_view reference, Effects& effects) {
  if (!state.link.past) return;
  const auto coming = find_coming(*state.link.past, reference);
  if (coming == state.link.past->coming.end()) return;
  const bool begun = coming->begun, notice = coming->notice;
  const std::string line = coming->front + (notice ? "NOTICE " : "PRIVMSG ") + coming->target + " :" + coming->text;
  state.link.past->coming.erase(coming);
  Message message;
  if (!begun || !parse(line, message)) return;
  notice ? on_notice(state, message, effects) : on_privmsg(state, message, effects);
}

}  // namespace dragoman::backends::irc
