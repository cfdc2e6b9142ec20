#include "backends/irc/modes.hpp"

namespace dragoman::backends::irc {

namespace {

bool takes_parameter(const Isupport& isupport, char letter, bool set) {
  const auto in = [letter](const std::string& letters) { return letters.find(letter) != std::string::npos; };
  return in(isupport.prefix_modes) || in(isupport.list_modes) || in(isupport.key_modes) ||
         (set && in(isupport.limit_modes));
}

constexpr std::string_view ranked_letters = "qaohv";

/// The place in channel_ranks(), counted from 1; 0 for a letter that only some servers have.
std::uint8_t rank_of(char letter) {
  const auto at = ranked_letters.find(letter);
  return at == std::string_view::npos ? 0 : static_cast<std::uint8_t>(at + 1);
}

}  // namespace

std::vector<chat::Rank> channel_ranks() {
  return {{"urn:x-dragoman:irc:founder", "Founder"},
          {"urn:x-dragoman:irc:admin", "Admin"},
          {"urn:x-dragoman:irc:op", "Operator"},
          {"urn:x-dragoman:irc:halfop", "Half-operator"},
          {"urn:x-dragoman:irc:voice", "Voice"}};
}

std::vector<ModeChange> read_modes(const Isupport& isupport, std::string_view letters,
                                   std::span<const std::string_view> parameters) {
  std::vector<ModeChange> changes;
  bool set = true;
  std::size_t next = 0;
  for (const char letter : letters) {
    if (letter == '+' || letter == '-') {
      set = letter == '+';
      continue;
    }
    ModeChange change{set, letter, {}};
    if (takes_parameter(isupport, letter, set) && next < parameters.size()) change.parameter = parameters[next++];
    changes.push_back(change);
  }
  return changes;
}

char registered_only_letter(const Isupport& isupport) {
  return isupport.flag_modes.find('R') != std::string::npos ? 'R' : 'r';
}

int prefix_of(const Isupport& isupport, char letter) {
  const auto at = isupport.prefix_modes.find(letter);
  return at == std::string::npos ? -1 : static_cast<int>(at);
}

std::uint8_t take_prefixes(const Isupport& isupport, std::string_view& entry) {
  unsigned bits = 0;
  while (!entry.empty()) {
    const auto at = isupport.prefix_symbols.find(entry.front());
    if (at == std::string::npos) break;
    bits |= 1u << at;
    entry.remove_prefix(1);
  }
  return static_cast<std::uint8_t>(bits);
}

chat::Standing to_standing(const Isupport& isupport, Rank rank, bool moderated) {
  chat::Standing standing;
  standing.away = rank.away;
  standing.bot = rank.bot;
  standing.network_staff = rank.staff;
  for (std::size_t i = 0; i < isupport.prefix_modes.size(); ++i) {
    if ((rank.prefixes >> i & 1) == 0) continue;
    standing.rank = rank_of(isupport.prefix_modes[i]);
    switch (isupport.prefix_modes[i]) {
      case 'q':
        standing.affiliation = chat::Affiliation::owner;
        standing.role = chat::Role::moderator;
        return standing;
      case 'h':
        standing.affiliation = chat::Affiliation::member;
        standing.role = chat::Role::moderator;
        return standing;
      case 'v':
        standing.affiliation = chat::Affiliation::member;
        return standing;
      default:  // a, o, and what a server puts above them (y, Y)
        standing.affiliation = chat::Affiliation::admin;
        standing.role = chat::Role::moderator;
        return standing;
    }
  }
  if (moderated) standing.role = chat::Role::visitor;
  return standing;
}

std::string modes_towards(const Isupport& isupport, Rank now, char wanted) {
  std::string letters;
  const int target = prefix_of(isupport, wanted);
  for (std::size_t i = 0; i < isupport.prefix_modes.size(); ++i) {
    const bool has = (now.prefixes >> i & 1) != 0;
    const bool stronger = target < 0 || static_cast<int>(i) < target;
    if (has && stronger) {
      letters += '-';
      letters += isupport.prefix_modes[i];
    }
  }
  if (target >= 0 && (now.prefixes >> target & 1) == 0) {
    letters += '+';
    letters += wanted;
  }
  return letters;
}

}  // namespace dragoman::backends::irc
