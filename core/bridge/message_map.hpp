#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bridge/plan.hpp"
#include "bridge/source.hpp"
#include "chat/ids.hpp"
#include "store/store.hpp"

// The map of messages is the table of rows itself: each row says what its network calls it (network_id) and where it
// came from (Source).
namespace dragoman::bridge {

/// A room in the store.
struct Place {
  std::string network;
  std::string room;
  std::string str() const { return network + ' ' + room; }
};

/// What is known at one leg of a message that was named at another.
struct Counterpart {
  chat::MessageId id;      ///< what the network of the leg calls it; empty: it is not known there
  store::RowId row = 0;    ///< it is on its way there, and has no name yet
  bool from_here = false;  ///< it was said on this leg itself
  std::string author;      ///< who said it
  std::string text;        ///< what it says
  Timestamp said{};        ///< when; the epoch: not known
  /// Of what an occupant of its author's own said there (Source::puppet): who that is, and how they were called.
  std::optional<Source> puppet;
  std::string puppet_name;
  std::vector<std::string> reactions_of_others;  ///< emoji that the bridge shows there for others, each once
};

struct MapQuestion {
  std::string owner;
  MessageName about;       ///< as it was named, on the leg `heard`
  Place heard, told;       ///< the leg where it was named, and the one that asks
  store::RowId row = 0;    ///< of what the bridge said under that name a moment ago: the store hears of names later
  bool reactions = false;  ///< reactions_of_others are wanted
  std::string reactor;     ///< whose reactions are not among them
};

/// Runs on the reader's thread. Looks at the last 5,000 rows of each of the two rooms at most.
Counterpart find_counterpart(store::Reader& reader, const MapQuestion& question);

}  // namespace dragoman::bridge
