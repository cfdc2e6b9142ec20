#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/irc/error_table.hpp"
#include "backends/irc/farewell.hpp"
#include "backends/irc/modes.hpp"
#include "base/clock.hpp"
#include "base/names.hpp"
#include "base/result.hpp"
#include "chat/event.hpp"
#include "chat/members.hpp"

namespace dragoman::backends::irc {

using Membership = chat::Members<Rank>;

/// What is to be heard by the owner, and the names that the events mention: these are held until the events have been
/// delivered, although their room may have forgotten them by then.
struct Heard {
  std::vector<chat::Event> events;
  std::vector<NameRef> names;
  std::vector<Membership> memberships;

  bool empty() const { return events.empty(); }
  void clear() {
    events.clear();
    names.clear();
    memberships.clear();
  }
};

/// Why a session wants its link closed, or why it went.
struct Ending {
  Fault fault = Fault::unavailable;
  std::string text;
  Farewell::Retry retry = Farewell::Retry::soon;
};

/// One input being worked on: when it happened, and where its effects go. The driver runs them when the input has
/// returned; nothing is called back into while it works.
struct Effects {
  Instant now;
  Timestamp utc;
  std::string& out;  ///< bytes for the link, appended
  Heard& heard;
  std::optional<Ending> ending;            ///< close the link
  std::optional<std::string> sts{};        ///< the value of the capability of that name (sts.hpp)
  std::optional<std::string> encodings{};  ///< of channels, as the person chose them: to be kept (encodings.hpp)

  std::optional<Result<std::string>> verified{};  ///< the answer to the code of an account

  std::string code{};  ///< while an error of the server is acted on: "404", "REDACT_FORBIDDEN"

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
    tell(chat::Failed{command, chat::Failed::Outcome::refused, fault, std::move(text), {}, code});
  }
};

}  // namespace dragoman::backends::irc
