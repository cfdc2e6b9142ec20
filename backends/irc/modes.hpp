#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "backends/irc/isupport.hpp"
#include "chat/standing.hpp"

namespace dragoman::backends::irc {

/// What a session keeps beside each name in a room: 4 bytes.
struct Rank {
  std::uint8_t prefixes = 0;  ///< bit n: the n-th mode of ISUPPORT PREFIX, strongest first
  bool away = false;
  bool bot = false;
  bool staff = false;  ///< an operator of the network
  bool operator==(const Rank&) const = default;
};

/// One letter of a MODE line.
struct ModeChange {
  bool set = true;
  char letter = 0;
  std::string_view parameter;
};

/// Reads "+ov-k" and its parameters by PREFIX and CHANMODES. Parameters that are missing are empty.
std::vector<ModeChange> read_modes(const Isupport& isupport, std::string_view letters,
                                   std::span<const std::string_view> parameters);

/// Who needs an account to come in: +R where there is one (InspIRCd, UnrealIRCd, Ergo, ngIRCd: there +r marks the
/// channel itself as registered), else +r (solanum and its kin).
char registered_only_letter(const Isupport& isupport);

/// The place of a mode letter in PREFIX, or -1.
int prefix_of(const Isupport& isupport, char letter);
/// Takes the prefix symbols from the front of a NAMES entry. Example: "@+al" -> bits of o and v, leaves "al".
std::uint8_t take_prefixes(const Isupport& isupport, std::string_view& entry);

/// Names of the ranks in channels: founder (q), admin (a), operator (o), half-operator (h), voice (v).
std::vector<chat::Rank> channel_ranks();

/// q owner, a and o admin, h and v member; h and stronger are moderators, all others take part, or only listen where
/// the channel is moderated and they have no rank at all.
chat::Standing to_standing(const Isupport& isupport, Rank rank, bool moderated);

/// Signs and letters that make somebody what is asked, e.g. "+o" or "-o+v"; empty when nothing is to change.
/// `wanted` is the prefix letter that shall be the strongest one, 0 for none.
std::string modes_towards(const Isupport& isupport, Rank now, char wanted);

}  // namespace dragoman::backends::irc
