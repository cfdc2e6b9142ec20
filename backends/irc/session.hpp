#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "backends/irc/account_registration.hpp"
#include "backends/irc/bouncer.hpp"
#include "backends/irc/state.hpp"

namespace dragoman::backends::irc {

/// One person's (or bot's) life on an IRC server, over any number of links. Pure: no socket, no clock, no globals.
/// Inputs are calls; what they cause is in Effects. Runs forever: offline -> registering -> ready -> offline ..., until
/// stop().
class Session {
 public:
  Session(const Shared& shared, Login login);

  /// `secure`: over TLS, verified.
  void on_connected(Effects& effects, bool secure);
  /// One line without its CR LF.
  void on_line(std::string_view line, Effects& effects);
  /// All that had come has been read.
  void on_input_end(Effects& effects);
  /// wake() has come.
  void on_wake(Effects& effects);
  void perform(chat::CommandId id, const chat::Command& command, Effects& effects);
  /// The code that the network has sent for an account; the answer is Effects::verified.
  void verify_account(std::string_view code, Effects& effects);
  /// Before the output of a turn leaves.
  void on_turn_end(Effects& effects);

  /// What the end of a link means, given what the server said before: text, and whether to try again.
  Ending ending(const Error& error) const;
  /// The link is gone, or could not be made. `written_bytes`: what the kernel took of this link. `retry_at` empty: no
  /// further attempt; then what waits ends here.
  void on_lost(const Ending& ending, std::uint64_t written_bytes, std::optional<Instant> retry_at, Effects& effects);
  /// QUIT, if there is a link. Nothing is told any more.
  void stop(std::string_view text, Effects& effects);

  /// When on_wake() is due; may become earlier or later with every input.
  std::optional<Instant> wake(Instant now);
  Stage stage() const { return state_.stage; }
  const std::string& nickname() const { return state_.link.nickname; }
  const std::string& network_name() const { return state_.link.isupport->network; }
  const std::string& network_icon() const { return state_.link.isupport->icon; }
  Casemap casemap() const { return state_.link.isupport->casemap; }
  AccountOffer account_offer() const { return irc::account_offer(state_.link, state_.shared.services); }
  /// The networks of a bouncer that has several, one a line (bouncer.hpp).
  std::string bouncer_networks() const { return list_networks(state_); }
  std::size_t room_count() const { return state_.rooms.size(); }

 private:
  void keep_alive(Effects& effects);

  State state_;
};

}  // namespace dragoman::backends::irc
