#pragma once

#include <optional>
#include <string>

#include "backends/muc/state.hpp"

namespace dragoman::backends::muc {

/// One voice in rooms elsewhere. Pure: no socket, no clock, no globals; inputs are calls, what they cause is in
/// Effects.
class Session {
 public:
  /// `kept`: what Effects::documents have kept, by key; empty texts at first.
  Session(Shared& shared, Voice voice, std::function<std::string(const std::string& key)> kept);
  ~Session();

  void start(bool link_is_up, Effects& effects);
  void on_link(bool up, Effects& effects);
  /// A stanza for this voice; `from` is its sender.
  void on_stanza(const xmpp::Element& stanza, const xmpp::Jid& from, Effects& effects);
  /// What became of a question, or (an element without a name) a barrier.
  void on_answer(QuestionId id, const Answer& answer, Effects& effects);
  void on_wake(Effects& effects);
  void perform(chat::CommandId id, const chat::Command& command, Effects& effects);
  /// Leaves all rooms with this text. Nothing is told any more.
  void stop(const std::string& text, Effects& effects);

  /// When on_wake() is due; may change with every input.
  std::optional<Instant> wake() const;
  const Voice& voice() const { return state_.voice; }

 private:
  State state_;
};

}  // namespace dragoman::backends::muc
