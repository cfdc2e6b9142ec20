#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/gate.hpp"
#include "base/timers.hpp"
#include "bridge/orders.hpp"
#include "bridge/plan.hpp"
#include "chat/network.hpp"
#include "delivery/marks.hpp"
#include "media/uploader.hpp"
#include "store/store.hpp"

namespace dragoman::bridge {

struct Persona;

/// What a bridge needs of the program; all of it outlives the bridge.
struct Parts {
  store::Store& store;
  delivery::Marks& marks;
  Timers& timers;
  Gate& gate;
  /// The network of a leg, while it runs; nullptr: it does not.
  std::function<chat::Network*(const LegPlan& leg)> network_of;
  std::string instance;  ///< this installation among the gateways of the world (chat::Content::via)
  /// Something that only the operator can put right; `network`: whose domain it is about.
  std::function<void(const std::string& network, const std::string& text)> tell_operator;
  /// Whether somebody in an XMPP room is an address of ours, of any network.
  std::function<bool(const chat::Author& author)> is_ours;
  /// Where texts go that are too long for a leg; nullptr, or no such function: nowhere.
  std::function<media::Uploader*(const LegPlan& leg)> uploader_of{};
  /// Somebody in a room orders the bot something; true: it was for the bot, and nobody else is told.
  std::function<bool(const Ordered& order)> ordered{};
  /// How a room of a bridge is that waits for consent has changed.
  std::function<void(const std::string& bridge)> waiting_changed{};
  /// The room of a leg is not the bridge's any more, and these people of other rooms are in it and stay (Departures).
  std::function<void(const std::string& bridge, const LegPlan& leg, const std::vector<Persona>& people)> room_goes{};
};

}  // namespace dragoman::bridge
