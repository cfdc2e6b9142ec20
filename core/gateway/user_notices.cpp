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

void User::on(const chat::Notice& event) {
  if (event.room) {
    if (Room* known = room(*event.room)) {
      known->announce(event.text);
      return;
    }
  }
  if (event.from.empty()) return say_notice({}, event.text);  // by the gateway itself
  if (!context_.settings.flag(owner_.str(), "notices", true)) return;
  if (notices_.size() < longest_notice) {
    if (!notices_.empty()) notices_ += '\n';
    notices_ += event.text;
  }
  notices_from_ = event.from;
  // While it connects a server says many things, which are one message when it is done.
  const Instant now = context_.timers.clock().now();
  if (connection_ == Connection::connecting) return;
  if (now >= next_notice_) return say_notices();
  notices_timer_.set(next_notice_, [this] {
    say_notices();
    context_.wrote();
  });
}

void User::say_notices() {
  if (notices_.empty()) return;
  notices_timer_.clear();
  next_notice_ = context_.timers.clock().now() + between_notices;
  say_notice(std::exchange(notices_from_, {}), std::exchange(notices_, {}));
}

void User::say_notice(const std::string& from, const std::string& text) {
  // A headline is shown and forgotten: a chat message would open a window for every MOTD (clients.md 3).
  context_.link.write([&](xmpp::Writer& writer) {
    writer.begin("message", context_.link.jid().str(), owner_.str());
    writer.attribute("type", "headline");
    if (!from.empty()) writer.leaf("subject", from);
    writer.leaf("body", text);
    xmpp::write_hint(writer, xmpp::Hint::no_store);
  });
}

}  // namespace dragoman::gateway
