#include "backends/muc/network.hpp"

#include <charconv>
#include <utility>

#include "backends/muc/connection.hpp"
#include "backends/muc/handlers.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::muc {

namespace {

/// "irc" of "irc.example.org".
std::string first_label(std::string_view domain) { return std::string{domain.substr(0, domain.find('.'))}; }

std::optional<Timestamp> read_milliseconds(std::string_view text) {
  std::int64_t count = 0;
  const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), count);
  if (failed != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return Timestamp{std::chrono::milliseconds{count}};
}

/// The localpart of the voice, and a resource that no other session with it has: each leg of a bridge is a session, and
/// a room knows its occupants by their full addresses.
xmpp::Jid voice_address(const chat::Account& account, const Shared& shared) {
  std::string local = account.settings.get("voice");
  if (local.empty()) local = "bridge-" + account.owner;
  auto bare = xmpp::Jid::make(xmpp::escape_local(local), shared.domain, {});
  if (!bare) bare = xmpp::Jid::make("bridge", shared.domain, {});
  xmpp::Jid address = *bare->with_resource("room");
  for (int number = 2; shared.voices.contains(address.str()); ++number) {
    address = *bare->with_resource("room" + std::to_string(number));
  }
  return address;
}

}  // namespace

Network::Network(xmpp::Link& link, backends::Services& services)
    : link_(link), services_(services), shared_{names(),          services.random,
                                                link.jid().str(), first_label(link.jid().domain()),
                                                services.key,     services.software} {
  description_.kind = "xmpp";
  description_.name = "XMPP";
  description_.prompt = "Room";
  description_.capabilities = capabilities_of_rooms();
}

Network::~Network() = default;

Result<chat::Network::Address> Network::parse(std::string_view text) const {
  const auto address = xmpp::Jid::parse(text);
  if (!address) return address.error();
  if (address->local().empty()) return failure(Fault::malformed, "a room is written as name@conference.example.org");
  if (address->is_bare()) return Address{chat::RoomId{address->str()}};
  return Address{chat::PersonId{address->str()}};
}

Result<chat::Network::Address> Network::parse_typed(std::string_view text) const {
  if (text.starts_with("xmpp:")) {
    text.remove_prefix(5);
    text = text.substr(0, text.find('?'));
  }
  return parse(text);
}

Result<chat::PersonId> Network::person_in_room(const chat::RoomId& room, std::string_view nickname) const {
  const auto address = xmpp::Jid::parse(room.text);
  if (!address) return address.error();
  const auto occupant = address->with_resource(xmpp::safe_resource(nickname));
  if (!occupant) return occupant.error();
  return chat::PersonId{occupant->str()};
}

Result<chat::Account> Network::read_account(const chat::Fields&, const chat::Account&) const {
  return failure(Fault::not_allowed, "only bridges speak in rooms elsewhere");
}

std::unique_ptr<chat::Session> Network::open(const chat::Account& account, chat::Observer& observer) {
  const xmpp::Jid address = voice_address(account, shared_);
  // The first session of a bridge also gets what is for the bare address: invitations.
  const bool has_bare = account.settings.get("voice").empty() && address.resource() == "room";
  Voice voice{account.owner, account.nickname.empty() ? account.owner : account.nickname, address,
              has_bare ? address.bare() : address, account.settings.flag("deaf")};
  voice.doubts_since = read_milliseconds(account.settings.get("doubts_since"));
  const std::string owner = account.owner;
  return std::make_unique<Connection>(
      shared_, std::move(voice), link_, services_.loop.timers(), services_.loop.gate(),
      [this, owner](const std::string& key) { return services_.kept_of(owner, key).reveal(); },
      [this, owner](const std::string& key, const std::string& text) {
        services_.keep_of(owner, key, Secret<std::string>{text});
      },
      observer);
}

}  // namespace dragoman::backends::muc
