#include "backends/irc/evidence.hpp"

#include <algorithm>
#include <charconv>

#include "backends/irc/charset.hpp"
#include "backends/irc/ctcp.hpp"
#include "backends/irc/formatting.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

using Outcome = chat::Failed::Outcome;

constexpr char ping_mark = 'd';
constexpr auto late = std::chrono::seconds{10};
constexpr std::size_t longest_text = 16 * 1024;  // of an answer: more than anybody reads
constexpr std::string_view text_is_cut = "\n...";

/// What a line says, without codes and without the frame of an ACTION.
std::string shown_text(std::string_view text, Encoding encoding) {
  if (const auto ctcp = parse_ctcp(text)) text = ctcp->text;
  std::string shown;
  for (const std::string_view line : text::split(text, '\n')) {
    shown += without_formatting(decode_text(line, encoding));
    shown += '\n';
  }
  if (!shown.empty()) shown.pop_back();
  return shown;
}

}  // namespace

Evidence::Slot Evidence::open(Asked asked, std::uint32_t lines) {
  Slot slot = 0;
  if (free_.empty()) {
    slot = static_cast<Slot>(entries_.size());
    entries_.emplace_back();
  } else {
    slot = free_.back();
    free_.pop_back();
  }
  Entry& entry = entries_[slot];
  entry.asked = std::move(asked);
  entry.lines = entry.unwritten = lines;
  entry.waiting = 0;
  entry.used = true;
  entry.differs = false;
  ++open_;
  if (entry.asked.answer == Answer::text) ++texts_;
  return slot;
}

void Evidence::set_deadline(Slot slot, Instant when) {
  deadlines_.push_back({when, slot, entries_[slot].asked.command});
}

bool Evidence::alive(Slot slot, chat::CommandId command) const {
  return slot < entries_.size() && entries_[slot].used && entries_[slot].asked.command == command;
}

void Evidence::written(Slot slot, std::uint64_t offset, std::uint32_t label, std::string text, Instant now) {
  Entry& entry = entries_[slot];
  --entry.unwritten;
  ++entry.waiting;
  lines_.push_back({++last_sequence_, offset, now, label, slot, std::move(text)});
  if (label == 0) last_unlabelled_ = last_sequence_;
}

std::size_t Evidence::line_with(std::uint32_t label) const {
  for (std::size_t i = head_; i < lines_.size(); ++i) {
    if (lines_[i].label == label) return i;
  }
  return lines_.size();
}

void Evidence::drop_line(std::size_t index) {
  if (index != head_) {
    lines_.erase(lines_.begin() + static_cast<std::ptrdiff_t>(index));
    return;
  }
  ++head_;
  if (head_ == lines_.size()) {
    lines_.clear();
    head_ = 0;
  } else if (head_ > 256 && head_ * 2 > lines_.size()) {
    lines_.erase(lines_.begin(), lines_.begin() + static_cast<std::ptrdiff_t>(head_));
    head_ = 0;
  }
}

bool Evidence::echoed(std::uint32_t label, const Echo& echo, Effects& effects) {
  const std::size_t index = line_with(label);
  if (index == lines_.size()) return false;
  const Slot slot = lines_[index].slot;
  Entry& entry = entries_[slot];
  if (entry.used) {
    const bool differs = echo.text != lines_[index].text;
    entry.differs = entry.differs || differs;
    if (differs || entry.lines > 1) {
      if (!entry.echo.empty()) entry.echo += '\n';
      entry.echo += shown_text(echo.text, echo.encoding);
    }
    if (!echo.id.empty()) entry.sent.ids.push_back(echo.id);
    if (!entry.sent.time) entry.sent.time = echo.time;
  }
  drop_line(index);
  line_taken(slot, effects);
  return true;
}

bool Evidence::acknowledged(std::uint32_t label, Effects& effects) {
  const std::size_t index = line_with(label);
  if (index == lines_.size()) return false;
  const Slot slot = lines_[index].slot;
  drop_line(index);
  line_taken(slot, effects);
  return true;
}

void Evidence::line_taken(Slot slot, Effects& effects) {
  Entry& entry = entries_[slot];
  --entry.waiting;
  if (entry.waiting > 0 || entry.unwritten > 0) return;
  if (entry.used) return finish(slot, effects);
  free_.push_back(slot);  // ended before its lines were answered
}

void Evidence::finish(Slot slot, Effects& effects) {
  Entry& entry = entries_[slot];
  const chat::CommandId command = entry.asked.command;
  switch (entry.asked.answer) {
    case Answer::nothing:
      effects.done(command);
      break;
    case Answer::reply:
      effects.done(command, chat::Reply{});
      break;
    case Answer::text:
      effects.done(command, chat::Reply{std::move(entry.echo)});
      break;
    case Answer::sent:
      if (entry.differs) entry.sent.text = std::move(entry.echo);
      if (entry.sent.ids.size() > 1) {
        if (several_.size() == most_remembered) several_.erase(several_.begin());
        several_.push_back(entry.sent.ids);
      }
      effects.done(command, std::move(entry.sent));
      break;
  }
  close(slot);
}

const std::vector<chat::MessageId>* Evidence::lines_of(const chat::MessageId& first) const {
  const auto found =
      std::find_if(several_.begin(), several_.end(), [&first](const auto& ids) { return ids[0] == first; });
  return found == several_.end() ? nullptr : &*found;
}

void Evidence::close(Slot slot) {
  Entry& entry = entries_[slot];
  entry.used = false;
  entry.unwritten = 0;  // the queue drops what it still has of it: alive() is false
  entry.sent = {};
  entry.echo.clear();
  --open_;
  if (entry.asked.answer == Answer::text) --texts_;
  if (entry.waiting == 0) free_.push_back(slot);
}

bool Evidence::wants_ping(Instant now) const {
  const auto due = ping_due();
  return due && *due <= now;
}

std::optional<Instant> Evidence::ping_due() const {
  if (ping_under_way_ || head_ == lines_.size() || lines_.back().sequence <= pinged_) return std::nullopt;
  if (last_unlabelled_ > pinged_) return Instant{};
  const auto first = std::find_if(lines_.begin() + static_cast<std::ptrdiff_t>(head_), lines_.end(),
                                  [this](const Line& line) { return line.sequence > pinged_; });
  return first->at + late;
}

std::string Evidence::begin_ping() {
  ping_under_way_ = true;
  pinged_ = last_sequence_;
  return ping_mark + std::to_string(pinged_);
}

bool Evidence::pong(std::string_view token, Effects& effects) {
  if (!token.starts_with(ping_mark)) return false;
  std::uint64_t sequence = 0;
  const auto read = std::from_chars(token.data() + 1, token.data() + token.size(), sequence);
  if (read.ec != std::errc{} || read.ptr != token.data() + token.size() || sequence > last_sequence_) return false;
  if (sequence == pinged_) ping_under_way_ = false;
  while (head_ < lines_.size() && lines_[head_].sequence <= sequence) {
    const Slot slot = lines_[head_].slot;
    drop_line(head_);
    line_taken(slot, effects);
  }
  return true;
}

Evidence::Slot Evidence::find(Concerns kind, std::string_view target) const {
  for (std::size_t i = head_; i < lines_.size(); ++i) {
    const Entry& entry = entries_[lines_[i].slot];
    if (entry.used && concerns(kind, entry.asked.kind) &&
        (entry.asked.target == target || (!target.empty() && entry.asked.other == target)))
      return lines_[i].slot;
  }
  return none;
}

Evidence::Slot Evidence::find_verb(std::string_view verb) const {
  for (std::size_t i = head_; i < lines_.size(); ++i) {
    const Entry& entry = entries_[lines_[i].slot];
    // Servers repeat it as it was said: "whois".
    if (entry.used && text::ascii_iequals(entry.asked.verb, verb)) return lines_[i].slot;
  }
  return none;
}

Evidence::Slot Evidence::find_label(std::uint32_t label) const {
  const std::size_t index = line_with(label);
  return index == lines_.size() || !entries_[lines_[index].slot].used ? none : lines_[index].slot;
}

void Evidence::add_text(Slot slot, std::string_view line) {
  std::string& text = entries_[slot].echo;
  if (text.ends_with(text_is_cut)) return;
  if (text.size() + line.size() > longest_text) {
    text += text_is_cut;
    return;
  }
  if (!text.empty()) text += '\n';
  text += line;
}

bool Evidence::was_refused(Concerns kind, std::string_view target) const {
  return std::any_of(lines_.begin() + static_cast<std::ptrdiff_t>(head_), lines_.end(), [&](const Line& line) {
    const Entry& entry = entries_[line.slot];
    return !entry.used && concerns(kind, entry.asked.kind) && entry.asked.target == target;
  });
}

void Evidence::refuse(Slot slot, Fault fault, std::string text, Effects& effects) {
  effects.refused(entries_[slot].asked.command, fault, std::move(text));
  close(slot);
}

void Evidence::succeed(Slot slot, Effects& effects) { finish(slot, effects); }

void Evidence::expire(Effects& effects) {
  std::size_t done = 0;
  for (; done < deadlines_.size() && deadlines_[done].when <= effects.now; ++done) {
    const Deadline& deadline = deadlines_[done];
    if (!alive(deadline.slot, deadline.command)) continue;
    const Entry& entry = entries_[deadline.slot];
    const bool nothing_left = entry.waiting == 0;
    effects.failed(
        deadline.command, nothing_left ? Outcome::not_sent : Outcome::unsure, Fault::timeout,
        nothing_left ? "too many lines wait to be sent to the IRC server" : "the IRC server did not answer in time");
    close(deadline.slot);
  }
  deadlines_.erase(deadlines_.begin(), deadlines_.begin() + static_cast<std::ptrdiff_t>(done));
}

std::optional<Instant> Evidence::next_deadline() const {
  for (const Deadline& deadline : deadlines_) {
    if (alive(deadline.slot, deadline.command)) return deadline.when;
  }
  return std::nullopt;
}

void Evidence::lost(std::uint64_t written_bytes, Fault fault, const std::string& text, Effects& effects) {
  std::vector<bool> left(entries_.size());
  for (std::size_t i = head_; i < lines_.size(); ++i) {
    // The first byte of a line is not kept: the end of the line before it is close enough, on the safe side.
    if (i == head_ ? written_bytes > 0 : lines_[i - 1].offset < written_bytes) left[lines_[i].slot] = true;
  }
  std::vector<Slot> open;
  for (Slot slot = 0; slot < entries_.size(); ++slot) {
    if (entries_[slot].used) open.push_back(slot);
  }
  std::sort(open.begin(), open.end(),
            [this](Slot a, Slot b) { return entries_[a].asked.command < entries_[b].asked.command; });
  for (const Slot slot : open) {
    effects.failed(entries_[slot].asked.command, left[slot] ? Outcome::unsure : Outcome::not_sent, fault, text);
  }
  *this = Evidence{};
}

}  // namespace dragoman::backends::irc
