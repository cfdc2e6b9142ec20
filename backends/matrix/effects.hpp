#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "backends/heard.hpp"
#include "backends/matrix/call.hpp"
#include "base/clock.hpp"
#include "chat/event.hpp"

namespace dragoman::backends::matrix {

/// A call that goes out now.
struct Request {
  CallId id{};
  std::string method, path, body, media_type;
  Duration timeout{};  ///< for this attempt
  std::size_t most_body = 0;
  std::string kept_in{};  ///< as Call
};

/// A file of somebody that is to stand in the homeserver's media store: fetched from `url`, uploaded, and told to
/// Session::on_upload.
struct Transfer {
  CallId id{};
  std::string url;
  std::string name;
  std::string media_type;  ///< as its sender says; empty: looked for in the bytes
  std::uint64_t most = 0;  ///< bytes that it may have; 0: what the homeserver takes
};

/// Why a session has no homeserver any more.
struct Ending {
  Fault fault = Fault::unavailable;
  std::string text;
  bool again = true;  ///< false: trying again is useless until the person logs in anew
  Duration pause{};   ///< before it is tried again, at least
};

/// One input being worked on: when it happened, and what it causes. The driver runs it when the input has returned;
/// nothing is called back into while it works.
struct Effects {
  Instant now;
  Timestamp utc;
  Heard& heard;
  std::vector<Request> requests{};
  std::vector<Transfer> transfers{};
  std::vector<CallId> abandoned{};  ///< requests whose answer nobody waits for any more
  bool refresh = false;             ///< the access token is not valid any more: get a new one, then Session::on_tokens
  std::optional<Ending> ending{};   ///< the homeserver cannot be used: all requests end, Session::on_lost follows
  /// To be kept in this turn's transaction, by the keys of Services::keep_of: "sync" (the position), "rooms" ...
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
};

}  // namespace dragoman::backends::matrix
