#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/charset.hpp"
#include "backends/irc/effects.hpp"

namespace dragoman::backends::irc {

/// What was asked of the server, until it has shown that it took it.
///
/// A line is taken when the server echoes it (found by its label), or when it answers a PING that was written after it:
/// IRC answers in order, so that whatever had been wrong with the line would have come first. One PING is under way at
/// a time and stands for everything written before it.
class Evidence {
 public:
  using Slot = std::uint32_t;
  static constexpr Slot none = ~Slot{0};

  /// Which answer a command gets when its lines were taken.
  enum class Answer : std::uint8_t {
    nothing,
    sent,
    reply,
    text,  ///< a reply with what the server has said to it (raw_answer.hpp)
  };

  struct Asked {
    chat::CommandId command{};
    Concerns kind = Concerns::command;
    Answer answer = Answer::nothing;
    std::string verb;        ///< "PRIVMSG", for errors that name the command
    std::string target;      ///< folded channel or nickname, for errors without a label
    std::string other = {};  ///< a second one: the nickname of a KICK, the channel of an INVITE
  };
  /// One echo of a line of ours.
  struct Echo {
    std::string_view text;  ///< as the server shows it
    chat::MessageId id;
    std::optional<Timestamp> time;
    Encoding encoding = Encoding::utf_8;  ///< in which we wrote it
  };

  Slot open(Asked asked, std::uint32_t lines);
  /// Fails with Fault::timeout at `when` unless it has ended. Deadlines are given in the order of their time.
  void set_deadline(Slot slot, Instant when);

  bool alive(Slot slot, chat::CommandId command) const;
  /// Some of its lines are written, others not.
  bool has_begun(Slot slot) const { return entries_[slot].lines != entries_[slot].unwritten; }
  /// A line that was not written yet has become two.
  void one_line_more(Slot slot) {
    ++entries_[slot].lines;
    ++entries_[slot].unwritten;
  }
  chat::CommandId command_of(Slot slot) const { return entries_[slot].asked.command; }
  const Asked& asked(Slot slot) const { return entries_[slot].asked; }
  /// A line of it has been written and ends at byte `offset` of the link. `label` 0: none. `text` is kept only to be
  /// compared with the echo.
  void written(Slot slot, std::uint64_t offset, std::uint32_t label, std::string text, Instant now);

  /// The line with this label came back. False when no such line waits.
  bool echoed(std::uint32_t label, const Echo& echo, Effects& effects);
  /// The line with this label was taken, without an echo (ACK).
  bool acknowledged(std::uint32_t label, Effects& effects);

  /// True when something waits that no PING under way stands for. Lines with a label get one only when their answer is
  /// late.
  bool wants_ping(Instant now) const;
  /// When wants_ping() becomes true by itself.
  std::optional<Instant> ping_due() const;
  bool ping_under_way() const { return ping_under_way_; }
  /// The token of the PING to write now.
  std::string begin_ping();
  /// A PONG came; everything before its PING was taken. False when the token is not one of ours.
  bool pong(std::string_view token, Effects& effects);
  std::size_t lines_since_ping() const { return static_cast<std::size_t>(last_sequence_ - pinged_); }

  /// An error without a label: the oldest waiting command of this kind for this target, or with this verb.
  Slot find(Concerns kind, std::string_view target) const;
  Slot find_verb(std::string_view verb) const;
  Slot find_label(std::uint32_t label) const;
  /// The oldest written one whose answer is a text, and that `fits`.
  template <class Fits>
  Slot find_text(Fits fits) const {
    for (std::size_t i = head_; texts_ > 0 && i < lines_.size(); ++i) {
      const Entry& entry = entries_[lines_[i].slot];
      if (entry.used && entry.asked.answer == Answer::text && fits(entry.asked)) return lines_[i].slot;
    }
    return none;
  }
  /// Something whose answer is a text is open.
  bool awaits_text() const { return texts_ > 0; }
  /// One more line of such an answer, of which only so much is kept.
  void add_text(Slot slot, std::string_view line);
  /// True when a line of a command that was refused is still unanswered: an error about the same target is its own.
  bool was_refused(Concerns kind, std::string_view target) const;
  void refuse(Slot slot, Fault fault, std::string text, Effects& effects);
  /// All ids of a message of ours that became several lines, given the first; nothing for any other.
  const std::vector<chat::MessageId>* lines_of(const chat::MessageId& first) const;
  /// Ends it without a word: it will be asked again.
  void give_up(Slot slot) { close(slot); }
  /// Ends it well before its evidence has come: the server said so in other words.
  void succeed(Slot slot, Effects& effects);

  /// Fails what is over its deadline.
  void expire(Effects& effects);
  std::optional<Instant> next_deadline() const;
  /// The link is gone: everything fails, as unsure when a byte of it may have left (`written_bytes` is what the kernel
  /// took), else as not sent.
  void lost(std::uint64_t written_bytes, Fault fault, const std::string& text, Effects& effects);
  bool empty() const { return open_ == 0; }

 private:
  struct Entry {
    Asked asked;
    std::uint32_t lines = 0, unwritten = 0, waiting = 0;
    bool used = false, differs = false;
    chat::Sent sent;
    std::string echo;
  };
  struct Line {
    std::uint64_t sequence;
    std::uint64_t offset;
    Instant at;
    std::uint32_t label;
    Slot slot;
    std::string text;
  };
  struct Deadline {
    Instant when;
    Slot slot;
    chat::CommandId command;
  };

  std::size_t line_with(std::uint32_t label) const;
  void drop_line(std::size_t index);
  void line_taken(Slot slot, Effects& effects);
  void finish(Slot slot, Effects& effects);
  void close(Slot slot);

  std::vector<Entry> entries_;
  std::vector<Slot> free_;
  std::size_t open_ = 0, texts_ = 0;
  std::vector<Line> lines_;  // written, in order; [0, head_) are gone
  std::size_t head_ = 0;
  std::vector<Deadline> deadlines_;
  std::uint64_t last_sequence_ = 0, pinged_ = 0;
  std::uint64_t last_unlabelled_ = 0;
  bool ping_under_way_ = false;
  static constexpr std::size_t most_remembered = 64;
  std::vector<std::vector<chat::MessageId>> several_;  // of the last messages of several lines, oldest first
};

}  // namespace dragoman::backends::irc
