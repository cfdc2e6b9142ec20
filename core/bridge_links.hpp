#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/gate.hpp"
#include "base/random.hpp"
#include "base/timers.hpp"
#include "bridge/orders.hpp"
#include "bridge/overview.hpp"
#include "gateway/commands/bridge_desk.hpp"
#include "made_bridges.hpp"

namespace dragoman {

/// Requests of people to tie two rooms together, until a moderator of each has agreed: the bot enters the room that was
/// named first and asks there, then the other one. A request ends when it is refused, when a room cannot be entered,
/// and after half an hour; nothing of it outlives the program.
class BridgeLinks {
 public:
  /// What it needs of the bridges of the program.
  class Host {
   public:
    /// As the file would be checked, beside everything that there is.
    virtual Result<MadeBridges::Made> check(MadeBridges::Definition definition) const = 0;
    virtual bool is_free(const std::string& name) const = 0;
    /// The bot enters the rooms of the plan and tells nothing; with more rooms later.
    virtual void enter(const bridge::Plan& plan) = 0;
    virtual bridge::BridgeOverview look(const std::string& name) const = 0;
    virtual void say(const std::string& name, std::size_t leg, const std::string& text) = 0;
    /// It is a bridge from now on.
    virtual void agreed(MadeBridges::Made made) = 0;
    /// The bot leaves the rooms.
    virtual void drop(const std::string& name) = 0;
    /// In a chat with somebody, by the gateway of this domain.
    virtual void tell(const std::string& network, const std::string& person, const std::string& text) = 0;

   protected:
    ~Host() = default;
  };
  using Request = gateway::commands::BridgeDesk::LinkRequest;

  BridgeLinks(Timers& timers, Gate& gate, Random& random, Host& host);
  BridgeLinks(const BridgeLinks&) = delete;
  BridgeLinks& operator=(const BridgeLinks&) = delete;

  /// The sentence for who asks, with the code. Fault::limited: too many requests; not_allowed: the room has refused
  /// within the last day; else as Host::check.
  Result<std::string> ask(const Request& request);
  /// An order that somebody gave in a room of a request; false: there is no request of this name, or no such code.
  bool ordered(const bridge::Ordered& order);
  /// How a room of it is has changed.
  void changed() { soon_.arm(); }
  /// The bridges of the file or the networks are others: requests that they leave no room for end.
  void check_again();
  /// Of all requests, with both rooms.
  std::vector<bridge::Plan> plans() const;
  bool has(const std::string& name) const;

 private:
  enum class End { none, refused, late, taken };
  struct Open {
    MadeBridges::Made made;
    std::string network, code;
    Instant until{};
    std::size_t asked = 0;  ///< rooms that were asked, or needed not to be
    std::size_t agreed = 0;
    std::string agreed_by;  ///< nickname of who did so in the first room; empty: whoever asked for it
    bool entered_both = false;
    int told_off = 0;  ///< people without rights, who were told so
    End end = End::none;
    std::string refused_by;
  };

  void go_on();
  /// Why it has come to an end; nothing: it has not.
  std::string look_at(Open& open);
  void ask_room(Open& open);
  void end(const Open& open, const std::string& why);
  void succeed(const Open& open);
  Result<void> allow(const Request& request);
  void wake_at_the_next();

  Timers& timers_;
  Random& random_;
  Host& host_;
  std::vector<std::unique_ptr<Open>> open_;
  std::map<std::string, std::vector<Instant>> asked_;  // by who asks; when, within the last hour
  std::map<std::string, Instant> refused_;             // places, until when they are not asked again
  Gate::Hook soon_;
  Timer next_;
};

}  // namespace dragoman
