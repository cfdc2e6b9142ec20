#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "gateway/traffic.hpp"
#include "xmpp/stanza_counts.hpp"

namespace dragoman::gateway {

struct UplinkOverview;

/// How one person is on the network.
struct SessionOverview {
  enum class State {
    none,        ///< not connected, and nothing needs a connection
    connecting,  ///< for the first time
    ready,
    lost,     ///< was there, or could not be reached; it is tried again, or waits for an act of the person
    refused,  ///< the network will not have this account
  };
  std::string person;    ///< bare JID
  std::string nickname;  ///< on the network, else the one that they wish for; may be empty
  bool registered = false;
  bool present = false;  ///< one of their clients is online, or in a room
  State state = State::none;
  std::string text;                   ///< the connection in words
  Timestamp since{};                  ///< of this state; the epoch: never was in another
  std::size_t clients = 0;            ///< that are online
  std::size_t rooms = 0;              ///< that they are in
  std::size_t waiting = 0;            ///< messages of theirs that the network has not taken yet
  std::optional<Timestamp> oldest{};  ///< when the oldest of these was accepted
  std::vector<UplinkOverview> parts;  ///< of a network in parts, those that they are connected to
  std::string last_error;             ///< why the connection ended, or a message came back; empty: nothing happened yet
  Timestamp last_error_at{};
};
/// How one person's connection to one part of the network is.
struct UplinkOverview {
  std::string part;
  std::string name;      ///< of the part, for people
  std::string nickname;  ///< there
  SessionOverview::State state = SessionOverview::State::none;
  std::string text;  ///< the connection in words
  Timestamp since{};
  std::size_t rooms = 0;
};
/// "none", "connecting" ...
std::string_view to_string(SessionOverview::State state);

/// A room as one person has it.
struct RoomOverview {
  enum class State { joining, joined, lost };
  std::string address;  ///< "#tea@irc.example.org"
  std::string name;     ///< for people
  std::string person;   ///< bare JID of who is in it
  std::string nickname;
  State state = State::joining;
  std::size_t occupants = 0;  ///< the person not counted
  std::size_t clients = 0;    ///< of the person
};
std::string_view to_string(RoomOverview::State state);

/// One [[network]] as it is now: a copy, for whoever shows or counts it. Never message texts or secrets.
struct Overview {
  std::string jid;
  std::string kind;                ///< "irc"
  std::string name;                ///< "Libera.Chat"
  bool link_up = false;            ///< the XMPP server is connected
  std::uint64_t link_ups = 0;      ///< how often it came to be
  std::size_t output_backlog = 0;  ///< bytes that the XMPP server has not taken
  xmpp::StanzaCounts received, sent;
  xmpp::ErrorCounts errors_received, errors_sent;
  Traffic traffic;                        ///< from people to the network
  std::uint64_t accepted_for_people = 0;  ///< messages, one a person who gets it
  std::uint64_t written_to_people = 0;    ///< of these, that the XMPP server has proved to have
  std::vector<SessionOverview> sessions;  ///< by person
  std::vector<RoomOverview> rooms;        ///< by address, then person
};

/// Of a network in parts: how many connections each part has in each state, by its name.
std::map<std::string, std::array<std::uint64_t, 5>> parts_by_state(const Overview& overview);

}  // namespace dragoman::gateway
