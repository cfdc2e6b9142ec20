#pragma once

#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bridge/parts.hpp"
#include "bridge/puppets.hpp"
#include "bridge/voice_book.hpp"

namespace dragoman::bridge {

/// Those for whom bridges have spoken in rooms that are none of theirs any more, on networks where a user stays in a
/// room when their session ends (chat::Network::lends_voices): each goes out of it, at a pace, when the network is
/// there. Who has not gone when the program ends goes after its next start, and so do those whose room was taken away
/// meanwhile: the VoiceBook of a room outlives it.
class Departures {
 public:
  /// Another bridge may have the room now: it takes those over who are in it. False: nobody wants them.
  using Heir = std::function<bool(const std::string& place, const std::vector<Persona>& people)>;

  Departures(Parts& parts, Heir heir);
  ~Departures();
  Departures(const Departures&) = delete;
  Departures& operator=(const Departures&) = delete;

  /// The room of a leg is not the bridge's any more, and these are in it.
  void leave(const std::string& bridge, const LegPlan& leg, std::vector<Persona> people);
  /// After the start: the books of all rooms that are not `wanted` by their bridge.
  void find(const std::function<bool(const std::string& bridge, const std::string& place)>& wanted);
  /// A leg is about to be made: the room is the bridge's again, and so are those who are still in it.
  void comes_back(const std::string& bridge, const LegPlan& leg);
  void network_came() { go_on(); }
  /// The network of this domain ends.
  void network_goes(const std::string& domain);
  void stop();

 private:
  class Voice;
  struct Room {
    Room(Parts& parts, std::string of_bridge, LegPlan plan, std::vector<Persona> people);
    std::string bridge;
    LegPlan leg;
    VoiceBook book;
    std::deque<Persona> waiting;
    Instant rests_until{};  ///< somebody could not be taken out
    std::vector<std::unique_ptr<Voice>> going;
  };
  Room* find(const std::string& bridge, const std::string& place) const;
  void add(std::unique_ptr<Room> room);
  /// The next one, and a moment later the one after it.
  void go_on();
  /// When the room is to be looked at again; nothing: when its network is there.
  std::optional<Instant> next_of(Room& room);
  void gone(Room& room, const Voice& voice);
  /// They could not be taken out now.
  void later(Room& room, const Voice& voice);
  void end(Room& room, const Voice& voice);
  chat::CommandId next_command() { return chat::CommandId{++last_command_}; }

  Parts& parts_;
  Heir heir_;
  std::vector<std::unique_ptr<Room>> rooms_;
  std::vector<std::unique_ptr<Voice>> ended_;  // may be what calls
  Gate::Hook sweep_;
  Timer pace_;
  bool stopped_ = false;
  std::uint64_t last_command_ = 0;
};

}  // namespace dragoman::bridge
