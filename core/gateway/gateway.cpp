#include "gateway/gateway.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/returned.hpp"
#include "gateway/service.hpp"

namespace dragoman::gateway {

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
      invite_codes_(parts_.store, parts_.timers, parts_.random, parts_.link.jid().str()),
      announcements_(context_),
      registrations_(context_),
      directory_(context_),
      private_data_(context_, parts_.timers),
      pictures_(context_),
      own_pictures_(context_),
      own_names_(context_),
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
               .invite_codes = invite_codes_,
               .announcements = announcements_,
               .registrations = registrations_,
               .directory = directory_,
               .private_data = private_data_,
               .pictures = pictures_,
               .own_pictures = own_pictures_,
               .own_names = own_names_,
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
      kept_back_(context_),
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
  context_.bridges = parts_.bridges;
  context_.page_link = parts_.page_link;
  service_ = std::make_unique<Service>(context_, *this, started_);
  part_service_ = std::make_unique<PartService>(context_, service_->room_lists());
  room_service_.use(service_->room_lists());
  context_.caps = {service_->caps(), person_service_.caps()};
}

Gateway::~Gateway() = default;

void Gateway::when_taken(std::function<void()> taken) {
  // Sessions say what they have at the end of the turn.
  parts_.gate.when_durable([this, taken = std::move(taken)] {
    if (!stopped_ && incoming_.is_live()) parts_.link.barrier(taken);
  });
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
  if (User* known = find(person.bare_view())) return *known;
  chat::Account account;
  account.owner = person.bare_view();
  auto made = std::make_unique<User>(context_, person.bare(), std::move(account));
  return *users_.emplace(person.bare_view(), std::move(made)).first->second;
}

User* Gateway::find(std::string_view bare) {
  const auto found = users_.find(bare);
  return found == users_.end() ? nullptr : found->second.get();
}

void Gateway::forget_idle() {
  for (User* idle : std::exchange(idle_, {})) users_.erase(idle->jid().str());
}

delivery::Delivery Gateway::deliver(const store::Message& row, const chat::Command& command, bool replayed) {
  User* owner = find(row.owner);
  if (owner != nullptr) return owner->received().deliver(row, command, replayed);
  if (!row.room.empty()) return delivery::Delivery::nobody;
  // A person without any state here can still get what was said to them.
  const auto jid = xmpp::Jid::parse(row.owner);
  return jid ? user(*jid).received().deliver(row, command, replayed) : delivery::Delivery::nobody;
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
    for (auto& [bare, each] : users_) each->received().link_down();
    privileges_.forget();
    probes_.stop();
    return;
  }
  for (auto& [bare, each] : users_) {
    each->link_up();
    if (std::string from = each->prober(); !from.empty()) probes_.add(std::move(from), bare);
  }
  kept_back_.link_up();
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
