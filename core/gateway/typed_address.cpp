#include "gateway/typed_address.hpp"

#include <algorithm>
#include <optional>

#include "base/percent.hpp"
#include "base/text.hpp"
#include "gateway/room_presence.hpp"

namespace dragoman::gateway {

namespace {

constexpr std::string_view scheme = "xmpp:";

/// RFC 5122: "xmpp:%23tea@irc.example.org?join" -> "#tea@irc.example.org".
std::optional<std::string> address_in_uri(std::string_view uri) {
  uri.remove_prefix(scheme.size());
  if (uri.starts_with("//")) uri.remove_prefix(std::min(uri.find('/', 2), uri.size() - 1) + 1);  // whose account
  return text::from_percent(uri.substr(0, std::min(uri.find_first_of("?#"), uri.size())));
}

}  // namespace

Result<chat::Network::Address> read_typed(const Context& context, std::string_view typed) {
  std::string_view text = text::trim(typed);
  std::optional<std::string> inside;
  if (text::ascii_iequals(text.substr(0, scheme.size()), scheme)) {
    inside = address_in_uri(text);
    if (!inside) return failure(Fault::malformed, "This URI cannot be read.");
    text = *inside;
  }
  // A channel may hold an "@", a domain none: what stands behind the last one in front of a "/" is looked at.
  const std::string at_domain = '@' + context.link.jid().str();
  const std::size_t at = text.find(at_domain);
  const std::string_view behind = at == std::string_view::npos ? "?" : text.substr(at + at_domain.size());
  if (!behind.empty() && behind.front() != '/') {
    if (inside) return failure(Fault::not_found, "This address is not of " + context.network.describe().name + '.');
    return context.network.parse_typed(text);
  }
  const auto jid = xmpp::Jid::parse(text);
  if (!jid) return jid.error();
  auto address = context.network.parse(xmpp::unescape_local(jid->local()));
  const auto* room = address ? std::get_if<chat::RoomId>(&*address) : nullptr;
  if (room == nullptr || jid->is_bare()) return address;
  const std::string nickname = nickname_of(context.network.names_in(*room), jid->resource());
  const auto person = context.network.person_in_room(*room, nickname);
  if (!person) return person.error();
  return chat::Network::Address{*person};
}

}  // namespace dragoman::gateway
