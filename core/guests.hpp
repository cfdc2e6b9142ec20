#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "backends/room_desk.hpp"
#include "bridge/guest.hpp"
#include "net/loop.hpp"

namespace dragoman {

class Bridges;

/// Everybody of our networks who is in a room of another one (hooks), or in a bridge, and the rooms that they may ask
/// for.
class Guests {
 public:
  /// What they need of the program's networks.
  struct Networks {
    std::function<chat::Network*(const bridge::LegPlan& leg)> find;    ///< nullptr: it does not run
    std::function<chat::Network*(const std::string& domain)> reading;  ///< to read addresses; nullptr: not ours
    std::function<bool(const std::string& domain)> serves;
    std::function<media::Uploader*(const bridge::LegPlan& leg)> uploader_of;  ///< where long texts go; nullptr: nowhere
    /// Whether a person is seen moderating a room of one of ours, by their own session there.
    std::function<bool(const std::string& owner, const std::string& domain, const chat::RoomId& room)> moderates;
  };
  Guests(net::Loop& loop, store::Store& store, Bridges& bridges, Networks networks);
  ~Guests();

  /// A network that may send guests, before it is started; and when it is told to stop.
  void add(const std::string& jid, chat::Network& network);
  void network_came(const std::string& jid);
  /// As Bridges.
  void ground(const std::string& jid);
  bool is_answered(const std::string& jid) const;
  void network_goes(const std::string& jid);
  /// A row of a guest from the store, at the start or by the operator's word. False: it is of none that there is.
  bool restore(const store::Message& row);
  /// Once, when the networks have been started and the rows restored.
  void start();
  /// What networks have been given and not answered for.
  delivery::Flight& flight() { return marks_.flight(); }
  void stop();

 private:
  class Desk;

  delivery::Marks marks_;
  net::Loop& loop_;
  Bridges& bridges_;
  Networks networks_;
  bridge::Parts parts_;
  bool started_ = false;
  std::map<std::string, std::unique_ptr<Desk>> desks_;  // by the domain of the network that sends guests
};

}  // namespace dragoman
