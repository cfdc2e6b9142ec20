#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/accounts.hpp"
#include "gateway/gateway.hpp"

// What people had before the restart, from the store.

namespace dragoman::gateway {

void Gateway::start() {
  store::Reader& reader = parts_.store.reader_now();
  const std::string& domain = parts_.link.jid().str();
  settings_.load(reader);
  part_book_.load(reader);
  access_.load(reader);
  bans_.load(reader);
  quotas_.load(reader);
  invite_codes_.load(reader);
  announcements_.load(reader);
  load_accounts(reader, domain, [this](const xmpp::Jid& jid, chat::Account account) {
    users_.emplace(jid.str(), std::make_unique<User>(context_, jid, std::move(account)));
  });
  context_.deaf_since = listening_.ended(reader);
  directory_.restore(reader);
  own_pictures_.load(reader);
  own_names_.load(reader);
  threads_.load(reader);
  const auto owned = [&](std::string_view kind, const auto& each) {
    reader.documents(kind, [&](const store::Document& document) {
      if (!document.owner.starts_with(domain + ' ')) return;
      const auto jid = xmpp::Jid::parse(std::string_view{document.owner}.substr(domain.size() + 1));
      if (jid) each(document, *jid);
    });
  };
  // Who is blocked, before the contacts that it hides.
  owned("blocked", [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).blocked().restore(chat::PersonId{document.key});
  });
  std::size_t rooms = 0, contacts = 0, messages = 0;
  owned("contact", [&](const store::Document& document, const xmpp::Jid& owner) {
    restore_contact(document, owner);
    ++contacts;
  });
  owned("nickname",
        [&](const store::Document& document, const xmpp::Jid& owner) { user(owner).restore_nickname(document.value); });
  owned("roster", [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).subscriptions().restore_roster(document.key, document.value);
  });
  owned(Bookmarks::kind, [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).rooms().restore_bookmark(document.key);
  });
  owned("room", [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).rooms().restore(chat::RoomId{document.key}, document.value);
    ++rooms;
  });
  reader.open_messages([&](const store::Message& row) {
    const bool waits = row.direction == store::Direction::to_network && row.state == store::State::queued;
    if (row.network != domain || !waits) return;
    if (const auto jid = xmpp::Jid::parse(row.owner)) {
      user(*jid).sent().queue().restore(row);
      ++messages;
    }
  });
  for (auto& [bare, each] : users_) {
    if (may_use(context_, each->jid())) each->resume();
  }
  const std::size_t people = users_.size();
  LOG_INFO("gateway started", domain, people, contacts, rooms, messages);
  parts_.link.on_stanza(
      [this](const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to) { receive(stanza, from, to); });
  parts_.link.on_state([this](bool up) { link_changed(up); });
  parts_.link.on_drained([this] { write_on(); });
  parts_.network.start();
}

}  // namespace dragoman::gateway
