#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/timers.hpp"
#include "chat/capabilities.hpp"
#include "chat/session.hpp"
#include "gateway/asking.hpp"
#include "gateway/clients.hpp"

namespace dragoman::gateway {

class User;

/// A person's connection to the network; of a network in parts (chat::Network::in_parts), to one of them. What is said
/// through it is heard by the person together with where it came from.
struct Uplink final : chat::Observer {
  enum class State { none, connecting, ready, lost };

  Uplink(User& the_owner, std::string the_part, Timers& timers)
      : owner(the_owner),
        part(std::move(the_part)),
        asking(timers),
        patience(timers),
        linger(timers),
        notices_timer(timers) {}
  Uplink(const Uplink&) = delete;
  Uplink& operator=(const Uplink&) = delete;

  void on_event(const chat::Event& event) override;
  /// The connection is like this from now on, in words: `text`.
  void is(State now, std::string words, Timestamp when);

  User& owner;
  const std::string part;
  State state = State::none;
  std::string text;
  Timestamp since{};             ///< in this state
  std::string nickname;          ///< on the network, once Ready said it
  std::string wished;            ///< in parts: the nickname of somebody without an account, as they came first
  bool given_up = false;         ///< the session will not connect again by itself
  std::optional<Fault> refused;  ///< the network will not have this account: only a person's act tries again
  Instant lost_since{};
  std::optional<Timestamp> heard_until{};            ///< outside rooms; nothing: it was asked for what came since
  Instant last_private{};                            ///< when the person last spoke to somebody outside a room
  std::unique_ptr<chat::Capabilities> capabilities;  ///< nothing: what the network said of itself before
  Asking asking;
  std::vector<std::pair<chat::Command, Asking::Answered>> unasked;  ///< wait for the connection
  Timer patience;                                                   ///< of those
  Timer linger;                                                     ///< looks again whether it is still needed
  std::string notices, notices_from;                                ///< gathered, not said yet
  Instant next_notice{};
  Timer notices_timer;
  /// What the network was told of the person's availability; made when it is first worth telling.
  struct Told {
    explicit Told(Timers& timers) : timer(timers) {}
    Showing showing;
    Instant next{};
    bool stale = false;  ///< a new connection: it may not know
    Timer timer;
  };
  std::unique_ptr<Told> told;
  std::unique_ptr<chat::Session> session;  ///< last: it may call nothing back while it is destroyed
};

}  // namespace dragoman::gateway
