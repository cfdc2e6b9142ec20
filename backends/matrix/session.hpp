#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "backends/matrix/state.hpp"

namespace dragoman::backends::matrix {

/// One account on a homeserver, for as long as its owner uses it. Pure: no socket, no clock, no globals. Inputs are
/// calls; what they cause is in Effects. Offline -> syncing -> ready -> offline ..., until stop().
class Session {
 public:
  /// `kept`: what Effects::documents have kept, by key ("sync", "rooms" ...); empty texts at first. `wants_input`:
  /// called from inside an input of another session of the network; on_shared() is due then, later.
  Session(const Shared& shared, Identity me, const std::function<std::string(const std::string& key)>& kept,
          std::function<void()> wants_input);

  /// The homeserver may be asked: there is an access token. `homeserver`: its base URL.
  void on_connected(const std::string& homeserver, Effects& effects);
  void on_response(CallId id, const Returned& returned, Effects& effects);
  /// The end of a Transfer: the mxc URI and what is known of the file, or why it is not there.
  void on_upload(CallId id, const Result<Uploaded>& uploaded, Effects& effects);
  /// Events, and what passes (m.typing, m.receipt, m.presence), from a transaction of the application service. Those of
  /// rooms that the account is not in are of others.
  void on_pushed(const std::vector<Event>& events, Effects& effects);
  /// After Effects::refresh. An error that trying again does not help is an Ending without `again`.
  void on_tokens(const std::optional<Ending>& refused, Effects& effects);
  /// What `wants_input` has asked for: another session has read a room that this one waits for, or could not.
  void on_shared(Effects& effects);
  /// wake() has come.
  void on_wake(Effects& effects);
  void perform(chat::CommandId id, const chat::Command& command, Effects& effects);
  /// The homeserver cannot be used; `retry_at` empty: it will not be tried by itself.
  void on_lost(const Ending& ending, std::optional<Instant> retry_at, Effects& effects);
  /// Nothing is told any more.
  void stop(Effects& effects);

  /// Who is called this in a room that the owner is in; nothing: nobody, or it is not.
  std::optional<chat::PersonId> person_in_room(const chat::RoomId& room, std::string_view nickname) const;
  /// How many people are in a room that the account is in, as its homeserver counts them; nothing: it has not said.
  std::optional<std::uint64_t> people_in(const chat::RoomId& room) const;
  /// When on_wake() is due; may become earlier or later with every input.
  std::optional<Instant> wake() const;
  /// Everything that happened until now was told: no /sync is under way, or to be tried again.
  bool is_up_to_date() const;
  Stage stage() const { return state_.stage; }
  const Identity& me() const { return state_.me; }

 private:
  void end_input(Effects& effects);

  State state_;
};

}  // namespace dragoman::backends::matrix
