#include "backends/muc/network.hpp"

#include <utility>

#include "backends/muc/connection.hpp"
#include "backends/muc/handlers.hpp"
#include "base/secret.hpp"

namespace dragoman::backends::muc {

namespace {

/// Full addresses: a room knows an occupant by one, and messages to the bare one may be for somebody else.
constexpr std::string_view voice_resource = "room";

/// "irc" of "irc.example.org".
std::string first_label(std::string_view domain) { return std::string{domain.substr(0, domain.find('.'))}; }

xmpp::Jid voice_address(const chat::Account& account, const std::string& domain) {
  std::string local = account.settings.get("voice");
  if (local.empty()) local = "bridge-" + account.owner;
  const auto address = xmpp::Jid::make(xmpp::escape_local(local), domain, voice_resource);
  return address ? *address : *xmpp::Jid::make("bridge", domain, voice_resource);
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
  const xmpp::Jid address = voice_address(account, shared_.domain);
  const bool is_person = !account.settings.get("voice").empty();
  Voice voice{account.owner, account.nickname, address, is_person ? address : address.bare(),
              account.settings.flag("deaf")};
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
