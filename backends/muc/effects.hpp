#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "backends/heard.hpp"
#include "base/clock.hpp"
#include "chat/event.hpp"
#include "xmpp/link.hpp"

namespace dragoman::backends::muc {

/// Names what is asked, until its answer comes.
using QuestionId = std::uint64_t;

/// An IQ that wants an answer, which goes to Session::on_answer.
struct Question {
  QuestionId id = 0;
  xmpp::Element iq;
  Duration timeout{};
};

/// One input being worked on: when it happened, and what it causes. Stanzas go to `link`, which appends them to what
/// leaves at the end of the turn and calls nobody back; the rest is run by the driver when the input has returned.
struct Effects {
  Instant now;
  Timestamp utc;
  xmpp::Link& link;
  Heard& heard;
  std::vector<Question> questions{};
  /// Session::on_answer, with nothing in it, when our server has taken what was written until now (Link::barrier).
  std::vector<QuestionId> barriers{};
  /// To be kept in this turn's transaction, by the keys of Services::keep_of; an empty text forgets.
  std::vector<std::pair<std::string, std::string>> documents{};

  template <class Event>
  void tell(Event event) {
    heard.events.emplace_back(std::move(event));
  }
  void done(chat::CommandId command, chat::Answer answer = chat::Nothing{}) {
    tell(chat::Done{command, std::move(answer)});
  }
  void failed(chat::CommandId command, chat::Failed::Outcome outcome, Fault fault, std::string text) {
    tell(chat::Failed{command, outcome, fault, std::move(text), {}});
  }
  void refused(chat::CommandId command, Fault fault, std::string text) {
    failed(command, chat::Failed::Outcome::refused, fault, std::move(text));
  }
  void not_sent(chat::CommandId command, Fault fault, std::string text) {
    failed(command, chat::Failed::Outcome::not_sent, fault, std::move(text));
  }
};

}  // namespace dragoman::backends::muc
