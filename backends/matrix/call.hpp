#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include "base/clock.hpp"
#include "base/error.hpp"

namespace dragoman::backends::matrix {

struct State;
struct Effects;

/// Names one request until its answer; made by Calls, unique in a session.
enum class CallId : std::uint64_t {};

/// A request of the client-server API, without what every one has (homeserver, access token).
struct Call {
  enum class Kind : std::uint8_t {
    once,     ///< a POST that would do its work twice: after a lost connection it has failed
    again,    ///< a GET, or a PUT that the homeserver takes once (transaction id): tried again until `patience` is over
    waiting,  ///< /sync: the homeserver answers when there is something
  };
  std::string method = "GET";
  std::string path;    ///< with its query, percent-encoded: "/_matrix/client/v3/rooms/%21a%3Ahs/leave"
  std::string body{};  ///< JSON, or what media_type says; empty: none
  Kind kind = Kind::again;
  std::string lane{};  ///< calls of one lane go one after the other, in their order; empty: beside all others
  /// After M_LIMIT_EXCEEDED of one such call the others wait too: homeservers count them together. Typing and receipts
  /// are not counted.
  bool counted = true;
  Duration patience = std::chrono::seconds{30};  ///< for everything, retries included; not of what waits for a limit
  std::size_t most_body = 8 * 1024 * 1024;       ///< of the answer, bytes
  std::string media_type = "application/json";   ///< of the body
  /// The document (Effects::documents) that says all that this says, or will before it goes out: once that is on disk,
  /// nothing else is waited for. Empty: it says what this turn has decided.
  std::string kept_in{};
  bool file = false;  ///< the answer is a file, not JSON: Answer::file
  /// An event that says something in a room, `path` and `body` are those of it in the clear. Where the room is
  /// encrypted it is sealed before it leaves, or does not leave (Calls).
  struct Saying {
    std::string room, type, transaction;  ///< id of the room; type of the event
  };
  std::optional<Saying> says{};
};

/// An event that is said in a room, in the order of its lane.
Call event_call(const std::string& room_id, const std::string& type, const std::string& transaction,
                const nlohmann::json& content);

/// How a call ended.
struct Answer {
  int status = 0;                                  ///< of HTTP; 0: no answer came
  nlohmann::json body = nlohmann::json::object();  ///< an object, or the list of /state; json.hpp reads it
  std::string file{};                              ///< of a call that asks for one
  Error error{};          ///< when it failed: what for, in the homeserver's own words where it had some
  std::string errcode{};  ///< "M_FORBIDDEN"; empty: none
  /// It may have been done, or be done later: the connection died before an answer.
  bool unsure = false;

  bool ok() const { return status >= 200 && status < 300; }
};

/// What is done with the answer. Called once, from on_response or when the session loses its homeserver; never from
/// inside Calls::add.
using Then = std::function<void(State& state, const Answer& answer, Effects& effects)>;

}  // namespace dragoman::backends::matrix
