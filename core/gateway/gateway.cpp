#include "gateway/gateway.hpp"

#include <algorithm>
#include <variant>

#include "base/log.hpp"
#include "gateway/access.hpp"
#include "gateway/accounts.hpp"
#include "gateway/returned.hpp"
#include "gateway/room_presence.hpp"
#include "gateway/service.hpp"
#include "xmpp/muc.hpp"
#include "xmpp/namespaces.hpp"
#include "xmpp/stanza_error.hpp"

namespace dragoman::gateway {

namespace {

/// As make_error_reply; that of a join names the room, and gives no password back (XEP-0045 7.2).
xmpp::Element error_for(const xmpp::Element& stanza, xmpp::StanzaError error) {
  if (stanza.name != "presence" || stanza.child("x", xmpp::ns::muc) == nullptr) {
    return xmpp::make_error_reply(stanza, error);
  }
  const std::string_view to = stanza.get("to");
  error.by = to.substr(0, to.find('/'));
  return xmpp::make_error_reply(xmpp::without_join_secrets(stanza), error);
}

}  // namespace

Gateway::Gateway(Parts parts, Policy policy)
    : parts_(std::move(parts)),
      policy_(std::move(policy)),
      incoming_(parts_.link.jid().str(), *this, parts_.store, parts_.gate),
      marks_(parts_.store, parts_.gate),
      privileges_(parts_.link),
      features_(parts_.link,
                [this](const std::string& client) {
                  const User* person = find(client.substr(0, client.find('/')));
                  return person != nullptr && person->has_client(client);
                }),
      settings_(parts_.store, parts_.link.jid().str()),
      part_book_(parts_.store, parts_.link.jid().str()),
      access_(parts_.store, parts_.link.jid().str()),
      bans_(parts_.store, parts_.timers, parts_.link.jid().str()),
      quotas_(parts_.store, policy_, parts_.link.jid().str()),
      announcements_(context_),
      registrations_(context_),
      directory_(context_),
      private_data_(context_, parts_.timers),
      pictures_(context_),
      own_pictures_(context_),
      context_{.policy = policy_,
               .network = parts_.network,
               .link = parts_.link,
               .store = parts_.store,
               .marks = marks_,
               .incoming = incoming_,
               .privileges = privileges_,
               .timers = parts_.timers,
               .gate = parts_.gate,
               .random = parts_.random,
               .features = features_,
               .settings = settings_,
               .part_book = part_book_,
               .access = access_,
               .bans = bans_,
               .quotas = quotas_,
               .announcements = announcements_,
               .registrations = registrations_,
               .directory = directory_,
               .private_data = private_data_,
               .pictures = pictures_,
               .own_pictures = own_pictures_,
               .software = parts_.software,
               .forget = {},
               .wrote = {}},
      disk_timer_(parts_.timers),
      idle_hook_(parts_.gate, [this] { forget_idle(); }),
      threads_(parts_.store, parts_.link.jid().str()),
      listening_(parts_.store, parts_.timers, parts_.link.jid().str(),
                 [this] {
                   return std::any_of(users_.begin(), users_.end(),
                                      [](const auto& each) { return each.second->connected(); });
                 }),
      room_service_(context_),
      person_service_(context_),
      probes_(parts_.link, parts_.timers),
      started_(parts_.timers.clock().now()) {
  context_.forget = [this](User& idle) {
    idle_.push_back(&idle);
    idle_hook_.arm();
  };
  context_.wrote = [this] { watch_backlog(); };
  context_.listens = [this] { listening_.begin(); };
  context_.find = [this](std::string_view bare) { return find(bare); };
  context_.threads = &threads_;
  context_.user = [this](const xmpp::Jid& person) -> User& { return user(person); };
  context_.each_user = [this](const std::function<void(User&)>& each) {
    for (auto& [bare, person] : users_) each(*person);
  };
  context_.quit = parts_.quit;
  context_.log = parts_.log;
  context_.xmpp_state = parts_.xmpp_state;
  context_.started = started_;
  context_.overview = [this] { return overview(); };
  context_.key = parts_.key;
  context_.siblings = parts_.siblings;
  context_.uploader = parts_.uploader;
  context_.page_link = parts_.page_link;
  service_ = std::make_unique<Service>(context_, *this, started_);
  part_service_ = std::make_unique<PartService>(context_, service_->room_lists());
  context_.caps = {service_->caps(), person_service_.caps()};
}

Gateway::~Gateway() = default;

void Gateway::start() {
  store::Reader& reader = parts_.store.reader_now();
  const std::string& domain = parts_.link.jid().str();
  settings_.load(reader);
  part_book_.load(reader);
  access_.load(reader);
  bans_.load(reader);
  quotas_.load(reader);
  announcements_.load(reader);
  load_accounts(reader, domain, [this](const xmpp::Jid& jid, chat::Account account) {
    users_.emplace(jid.str(), std::make_unique<User>(context_, jid, std::move(account)));
  });
  context_.deaf_since = listening_.ended(reader);
  directory_.restore(reader);
  own_pictures_.load(reader);
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
    user(owner).restore_blocked(chat::PersonId{document.key});
  });
  std::size_t rooms = 0, contacts = 0, messages = 0;
  owned("contact", [&](const store::Document& document, const xmpp::Jid& owner) {
    restore_contact(document, owner);
    ++contacts;
  });
  owned("nickname",
        [&](const store::Document& document, const xmpp::Jid& owner) { user(owner).restore_nickname(document.value); });
  owned("roster", [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).restore_roster(document.key, document.value);
  });
  owned(Bookmarks::kind,
        [&](const store::Document& document, const xmpp::Jid& owner) { user(owner).restore_bookmark(document.key); });
  owned("room", [&](const store::Document& document, const xmpp::Jid& owner) {
    user(owner).restore_room(chat::RoomId{document.key}, document.value);
    ++rooms;
  });
  reader.open_messages([&](const store::Message& row) {
    const bool waits = row.direction == store::Direction::to_network && row.state == store::State::queued;
    if (row.network != domain || !waits) return;
    if (const auto jid = xmpp::Jid::parse(row.owner)) {
      user(*jid).restore_message(row);
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

void Gateway::stop() {
  if (stopped_) return;
  stopped_ = true;
  probes_.stop();
  registrations_.give_up_all("The gateway is being restarted or stopped.");
  listening_.end();
  for (auto& [bare, each] : users_) each->shut_down("The gateway is being restarted or stopped.");
  marks_.flush();
  parts_.network.stop();
}

User& Gateway::user(const xmpp::Jid& person) {
  auto& slot = users_[std::string{person.bare_view()}];
  if (!slot) {
    chat::Account account;
    account.owner = person.bare_view();
    slot = std::make_unique<User>(context_, person.bare(), std::move(account));
  }
  return *slot;
}

User* Gateway::find(std::string_view bare) {
  const auto found = users_.find(std::string{bare});
  return found == users_.end() ? nullptr : found->second.get();
}

void Gateway::forget_idle() {
  for (User* idle : std::exchange(idle_, {})) users_.erase(idle->jid().str());
}

void Gateway::refuse(const xmpp::Element& stanza, Fault fault, const std::string& text) {
  if (!xmpp::may_answer(stanza)) return;
  parts_.link.send(error_for(stanza, xmpp::to_stanza_error(fault, text)));
}

void Gateway::refuse_address(const xmpp::Element& stanza, const Error& error) {
  if (!xmpp::may_answer(stanza)) return;
  xmpp::StanzaError wrong = xmpp::to_stanza_error(error.fault, error.text);
  if (error.fault == Fault::malformed || error.fault == Fault::too_long)
    wrong.condition = "jid-malformed", wrong.type.clear();
  parts_.link.send(error_for(stanza, std::move(wrong)));
}

void Gateway::receive(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (stopped_) return;
  if (stanza.get("type") == "error") return receive_bounce(stanza, from, to);
  if (stanza.name == "message" && receive_privileges(stanza, from)) return;
  if (!may_use(context_, from)) {
    // Unavailable presence ends what never began; anything else learns who may.
    if (stanza.get("type") == "unavailable") return;
    return refuse(stanza, Fault::forbidden, refusal(context_, from));
  }
  if (stanza.name == "message") {
    receive_message(stanza, from, to);
  } else if (stanza.name == "presence") {
    receive_presence(stanza, from, to);
  } else if (stanza.name == "iq") {
    receive_iq(stanza, from, to);
  }
  watch_backlog();
}

void Gateway::receive_bounce(const xmpp::Element& stanza, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (stanza.name == "message" && from.is_domain() && to.is_domain()) privileges_.refused(from);
  User* known = find(from.bare_view());
  if (known == nullptr || stanza.name == "iq") return;
  std::optional<chat::RoomId> room;
  if (const auto address = parts_.network.parse(xmpp::unescape_local(to.local()))) {
    if (const auto* id = std::get_if<chat::RoomId>(&*address)) room = *id;
  }
  known->on_bounce(stanza, from, room);
  if (!known->has_client(from.str())) features_.gone(from.str());
}

bool Gateway::receive_privileges(const xmpp::Element& message, const xmpp::Jid& from) {
  if (from.local().empty()) {
    if (!privileges_.learn(message, from)) return false;
    for (auto& [bare, each] : users_) {
      if (each->jid().domain() == from.domain()) each->privileges_came();
    }
    return true;
  }
  return privileges_.swallowed.take(from.bare_view(), message.get("id"), parts_.timers.clock().now());
}

std::string Gateway::part_at(const chat::Network::Address& address) const {
  const auto* console = std::get_if<chat::Network::Console>(&address);
  return console != nullptr && parts_.network.in_parts() ? console->server : std::string{};
}

void Gateway::receive_message(const xmpp::Element& message, const xmpp::Jid& from, const xmpp::Jid& to) {
  if (to.local().empty()) return service_->receive_message(message, from, to);
  const auto address = parts_.network.parse(xmpp::unescape_local(to.local()));
  if (!address) return refuse_address(message, address.error());
  User& person = user(from);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    person.on_room_message(message, from, *room, to);
  } else if (const auto* contact = std::get_if<chat::PersonId>(&*address)) {
    person.on_person_message(message, from, *contact);
  } else if (const std::string part = part_at(*address); !part.empty()) {
    part_service_->receive_message(message, from, part);
  } else {
    service_->receive_message(message, from, to);
  }
  person.settle();
}

void Gateway::receive_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to) {
  const std::string_view type = iq.get("type");
  if (type != "get" && type != "set") return;
  if (to.local().empty()) return service_->receive_iq(iq, from);
  if (service_->updates().is_question(iq, to)) return service_->updates().receive_iq(iq);
  const auto address = parts_.network.parse(xmpp::unescape_local(to.local()));
  if (!address) return refuse_address(iq, address.error());
  User& asker = user(from);
  if (const auto* room = std::get_if<chat::RoomId>(&*address)) {
    receive_room_iq(iq, from, to, *room, asker);
  } else if (const auto* person = std::get_if<chat::PersonId>(&*address)) {
    person_service_.receive_iq({iq, asker, *person});
  } else if (const std::string part = part_at(*address); part.empty() || !part_service_->receive_iq(iq, from, part)) {
    service_->receive_iq(iq, from);
  }
  asker.settle();
}

void Gateway::receive_room_iq(const xmpp::Element& iq, const xmpp::Jid& from, const xmpp::Jid& to,
                              const chat::RoomId& id, User& asker) {
  Room* room = asker.room(id);
  const bool inside = room != nullptr && room->has(from.str());
  if (to.is_bare()) return room_service_.receive_iq({iq, from, id, asker, room, inside});
  if (iq.first_element()->is("ping", xmpp::ns::ping)) return asker.on_occupant_ping(iq, from, id, to);
  // XEP-0045 6.6: only occupants may ask about occupants.
  if (!inside) return refuse(iq, Fault::malformed, "You are not in this room.");
  const std::string nickname = nickname_of(parts_.network.names_in(id), to.resource());
  const auto person = parts_.network.person_in_room(id, nickname);
  if (!person) return refuse(iq, Fault::not_found, "Nobody of that name is in this room.");
  person_service_.receive_iq({iq, asker, *person, parts_.network.same_name(nickname, room->nick(), room->part()), id});
}

delivery::Delivery Gateway::deliver(const store::Message& row, const chat::Command& command, bool replayed) {
  User* owner = find(row.owner);
  if (owner != nullptr) return owner->deliver(row, command, replayed);
  if (!row.room.empty()) return delivery::Delivery::nobody;
  // A person without any state here can still get what was said to them.
  const auto jid = xmpp::Jid::parse(row.owner);
  return jid ? user(*jid).deliver(row, command, replayed) : delivery::Delivery::nobody;
}

void Gateway::give_back(const store::Message& row, chat::Command command) {
  const auto jid = xmpp::Jid::parse(row.owner);
  if (!jid) return;
  delivery::Entry entry;
  entry.row = row.id;
  entry.command = std::move(command);
  entry.sender = row.author;
  entry.stanza_id = row.stanza_id;
  write_returned(context_, entry, Fault::timeout, "The message could not be delivered to the network.");
}

void Gateway::link_changed(bool up) {
  if (stopped_) return;
  if (!up) {
    incoming_.link_down();
    for (auto& [bare, each] : users_) each->link_down();
    privileges_.forget();
    probes_.stop();
    return;
  }
  for (auto& [bare, each] : users_) {
    each->link_up();
    if (std::string from = each->prober(); !from.empty()) probes_.add(std::move(from), bare);
  }
  incoming_.link_up();
  write_on();
  probes_.start([this] {
    for (auto& [bare, each] : users_) each->forget_silent_clients();
  });
}

void Gateway::write_on() {
  if (stopped_) return;
  // Only those with an unfinished snapshot write; the walk happens when the output has drained, not every turn.
  for (auto& [bare, each] : users_) {
    if (!each->write_on()) break;
  }
  watch_backlog();
}

void Gateway::watch_backlog() {
  if (!parts_.pressure) return;
  // What is read from a network is kept: on a full disk nothing more is read, until there is space again.
  const bool disk_full = !parts_.store.has_room();
  if (disk_full) {
    if (!disk_was_full_) LOG_ERROR("the disk is nearly full: no messages are taken until there is space; free some");
    disk_timer_.set_after(std::chrono::seconds{1}, [this] { watch_backlog(); });
  } else if (disk_was_full_) {
    LOG_INFO("there is disk space again");
  }
  disk_was_full_ = disk_full;
  parts_.pressure(disk_full || parts_.link.backlog() > Context::backlog_limit);
}

}  // namespace dragoman::gateway
