#include "gateway/settings_book.hpp"
#include "gateway/user.hpp"
#include "xmpp/hints.hpp"

// What the network itself says (message of the day, notices): few messages, and none that an archive keeps.

namespace dragoman::gateway {

namespace {
/// After one notice, what follows within this time is one more message.
constexpr auto between_notices = std::chrono::seconds{3};
/// A server that says more in that time than anybody reads.
constexpr std::size_t longest_notice = 16 * 1024;
}  // namespace

void User::on(const chat::Notice& event, Uplink& from) {
  if (event.room) {
    if (Room* known = room(*event.room)) {
      known->announce(event.text);
      return;
    }
  }
  if (event.from.empty()) return say_notice({}, event.text, from.part);  // by the gateway itself
  if (!context_.settings.flag(owner_.str(), "notices", true)) return;
  if (from.notices.size() < longest_notice) {
    if (!from.notices.empty()) from.notices += '\n';
    from.notices += event.text;
  }
  from.notices_from = event.from;
  // While it connects a server says many things, which are one message when it is done.
  const Instant now = context_.timers.clock().now();
  if (from.state == Uplink::State::connecting) return;
  if (now >= from.next_notice) return say_notices(from);
  from.notices_timer.set(from.next_notice, [this, &from] {
    say_notices(from);
    context_.wrote();
  });
}

void User::say_notices(Uplink& uplink) {
  if (uplink.notices.empty()) return;
  uplink.notices_timer.clear();
  uplink.next_notice = context_.timers.clock().now() + between_notices;
  say_notice(std::exchange(uplink.notices_from, {}), std::exchange(uplink.notices, {}), uplink.part);
}

void User::say_notice(const std::string& from, const std::string& text, const std::string& part) {
  // A headline is shown and forgotten: a chat message would open a window for every MOTD (clients.md 3).
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", context_.part_address(part), owner_.str());
    writer.attribute("type", "headline");
    if (!from.empty()) writer.leaf("subject", from);
    writer.leaf("body", text);
    xmpp::write_hint(writer, xmpp::Hint::no_store);
  });
}

}  // namespace dragoman::gateway
