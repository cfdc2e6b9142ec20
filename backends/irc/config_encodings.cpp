#include "backends/irc/config_encodings.hpp"

#include <algorithm>

#include "backends/irc/address.hpp"
#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

/// The widest: no two channels of it are one elsewhere.
constexpr Casemap casemap_of_settings = Casemap::rfc1459;

std::optional<Encoding> read_encoding(Settings& settings, const std::string& key) {
  const std::string name = settings.text(key);
  if (name.empty()) return std::nullopt;
  const auto encoding = find_encoding(name);
  if (!encoding) {
    std::string known;
    for (const std::string& each : encoding_names()) known += (known.empty() ? "" : ", ") + each;
    settings.problem(key, '"' + name + "\" is not known; these are: " + known);
  }
  return encoding;
}

bool serves(const Config& config, const std::string& host) {
  return config.any_server || std::any_of(config.networks.begin(), config.networks.end(),
                                          [&](const Listed& each) { return each.server.host == host; });
}

/// What a key of the tables is about, to be changed; nullptr: of nothing here, which was noted.
Encodings::Choice* choice_of(Settings& table, Config& config, const std::string& key) {
  if (!config.in_parts()) return &config.encodings.of(casemap_of_settings, key);
  const auto sign = key.rfind('%');
  const bool is_channel = looks_like_channel(key);
  if (is_channel && sign == std::string::npos) return &config.encodings.of(casemap_of_settings, key);
  const std::string host = text::ascii_lower(is_channel ? key.substr(sign + 1) : key);
  if (!serves(config, host)) {
    table.problem(key, host + " is no server of `networks`; a channel of one is written \"#channel%irc.example.org\"");
    return nullptr;
  }
  Encodings& of_server = config.encodings_of[host];
  return is_channel ? &of_server.of(casemap_of_settings, key.substr(0, sign)) : &of_server.everywhere;
}

}  // namespace

/// What is said of a channel, a server or the network counts both ways, until something else is said of what we write.
void read_encodings(Settings& settings, Config& config) {
  Encodings::Choice& everywhere = config.encodings.everywhere;
  everywhere.in = everywhere.out = read_encoding(settings, "encoding");
  if (const auto out = read_encoding(settings, "encoding_out")) everywhere.out = out;
  Settings both = settings.table("encodings"), out = settings.table("encodings_out");
  for (const std::string& key : both.keys()) {
    const auto encoding = read_encoding(both, key);
    if (auto* const choice = choice_of(both, config, key)) *choice = {encoding, encoding};
  }
  for (const std::string& key : out.keys()) {
    const auto encoding = read_encoding(out, key);
    if (auto* const choice = choice_of(out, config, key)) choice->out = encoding;
  }
  both.finish();
  out.finish();
}

}  // namespace dragoman::backends::irc
