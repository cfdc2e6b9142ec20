#include "backends/irc/caps.hpp"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/text.hpp"

namespace dragoman::backends::irc {

namespace {

struct Row {
  std::string_view name;
  Cap cap;
};

// https://ircv3.net/registry; the second name of a capability is what a server of before its ratification calls it.
constexpr auto table = std::to_array<Row>({
    {"account-notify", Cap::account_notify},
    {"draft/account-registration", Cap::account_registration},
    {"account-tag", Cap::account_tag},
    {"away-notify", Cap::away_notify},
    {"batch", Cap::batch},
    {"soju.im/bouncer-networks", Cap::bouncer_networks},
    {"soju.im/bouncer-networks-notify", Cap::bouncer_networks_notify},
    {"cap-notify", Cap::cap_notify},
    {"draft/channel-rename", Cap::channel_rename},
    {"chghost", Cap::chghost},
    {"echo-message", Cap::echo_message},
    {"draft/extended-isupport", Cap::extended_isupport},
    {"extended-join", Cap::extended_join},
    {"extended-monitor", Cap::extended_monitor},
    {"draft/extended-monitor", Cap::extended_monitor},
    {"invite-notify", Cap::invite_notify},
    {"labeled-response", Cap::labeled_response},
    {"draft/labeled-response-0.2", Cap::labeled_response},
    {"draft/chathistory", Cap::chathistory},
    {"draft/event-playback", Cap::event_playback},
    {"draft/message-redaction", Cap::message_redaction},
    {"draft/multiline", Cap::multiline},
    {"message-tags", Cap::message_tags},
    {"draft/metadata-2", Cap::metadata},
    {"multi-prefix", Cap::multi_prefix},
    {"no-implicit-names", Cap::no_implicit_names},
    {"draft/no-implicit-names", Cap::no_implicit_names},
    {"soju.im/no-implicit-names", Cap::no_implicit_names},
    {"draft/oper-tag", Cap::oper_tag},
    {"draft/oper", Cap::oper_tag},
    {"draft/persistence", Cap::persistence},
    {"draft/pre-away", Cap::pre_away},
    {"draft/read-marker", Cap::read_marker},
    {"soju.im/read", Cap::soju_read},
    {"draft/relaymsg", Cap::relaymsg},
    {"overdrivenetworks.com/relaymsg", Cap::relaymsg},
    {"sasl", Cap::sasl},
    {"server-time", Cap::server_time},
    {"setname", Cap::setname},
    {"standard-replies", Cap::standard_replies},
    {"inspircd.org/standard-replies", Cap::standard_replies},
    {"userhost-in-names", Cap::userhost_in_names},
    {"znc.in/playback", Cap::playback},
    {"znc.in/self-message", Cap::self_message},
    {"znc.in/server-time-iso", Cap::server_time},
});

const Row* find_row(std::string_view name) {
  const auto* const found =
      std::find_if(table.begin(), table.end(), [name](const Row& row) { return row.name == name; });
  return found == table.end() ? nullptr : &*found;
}

}  // namespace

std::vector<CapToken> read_caps(std::string_view list) {
  std::vector<CapToken> tokens;
  for (std::string_view word : text::split(list, ' ')) {
    CapToken token;
    token.removed = word.starts_with('-');
    if (token.removed) word.remove_prefix(1);
    if (word.empty()) continue;
    const auto mark = word.find('=');
    token.name = word.substr(0, mark);
    if (mark != std::string_view::npos) token.value = word.substr(mark + 1);
    tokens.push_back(token);
  }
  return tokens;
}

bool find_cap(std::string_view name, Cap& cap) {
  const Row* const found = find_row(name);
  if (found == nullptr) return false;
  cap = found->cap;
  return true;
}

MultilineLimits read_multiline(std::string_view value) {
  MultilineLimits limits;
  for (const std::string_view each : text::split(value, ',')) {
    const auto mark = each.find('=');
    if (mark == std::string_view::npos) continue;
    const std::string_view key = each.substr(0, mark), number = each.substr(mark + 1);
    std::size_t* const limit = key == "max-bytes" ? &limits.bytes : key == "max-lines" ? &limits.lines : nullptr;
    if (limit == nullptr) continue;
    std::uint32_t read = 0;
    const auto end = std::from_chars(number.data(), number.data() + number.size(), read);
    *limit = end.ec == std::errc{} && end.ptr == number.data() + number.size() ? read : 0;
  }
  return limits;
}

void OfferedCaps::add(const CapToken& token) {
  if (token.name == "soju.im/account-required") {  // says something, and is not asked for
    account_required = true;
    return;
  }
  bouncer = bouncer || token.name.starts_with("znc.in/") || token.name.starts_with("soju.im/") ||
            token.name == "draft/persistence";
  const Row* const row = find_row(token.name);
  if (row == nullptr) return;
  const Cap cap = row->cap;
  if (cap == Cap::sasl) sasl_mechanisms = token.value;
  if (cap == Cap::metadata) metadata_terms = token.value;
  if (cap == Cap::multiline) multiline = read_multiline(token.value);
  if (cap == Cap::account_registration) registration_terms = token.value;
  if (cap == Cap::relaymsg) relay_separators = token.value;
  if (known.has(cap)) return;  // the first name of two
  known.add(cap);
  names.push_back(row->name);
}

void OfferedCaps::remove(std::string_view name) {
  Cap cap{};
  if (std::erase(names, name) > 0 && find_cap(name, cap)) known.remove(cap);
}

std::vector<std::string> wanted_caps(const OfferedCaps& offered, bool sasl, bool playback) {
  const bool labels = offered.known.has(Cap::labeled_response) && offered.known.has(Cap::batch);
  std::vector<std::string> names;
  for (const std::string_view name : offered.names) {
    Cap cap{};
    find_cap(name, cap);
    if ((cap == Cap::sasl && !sasl) || (cap == Cap::playback && !playback)) continue;
    if ((cap == Cap::labeled_response || cap == Cap::echo_message) && !labels) continue;
    if (cap == Cap::soju_read && offered.known.has(Cap::read_marker)) continue;
    if (cap == Cap::no_implicit_names && !offered.bouncer) continue;
    names.emplace_back(name);
  }
  return names;
}

std::vector<std::string> pack_caps(const std::vector<std::string>& names) {
  std::vector<std::string> packed;
  for (const std::string& name : names) {
    if (packed.empty() || packed.back().size() + 1 + name.size() > 400) {
      packed.push_back(name);
    } else {
      packed.back() += ' ' + name;
    }
  }
  return packed;
}

}  // namespace dragoman::backends::irc
