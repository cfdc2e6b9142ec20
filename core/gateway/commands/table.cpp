#include "gateway/commands/table.hpp"

#include "gateway/access.hpp"
#include "gateway/client_features.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/user.hpp"
#include "xmpp/namespaces.hpp"

namespace dragoman::gateway::commands {

namespace {

/// Who may have a command.
enum class Who {
  anybody,
  may_register,  ///< has an account, or may get one
  registered,
  user,  ///< may use the network: everybody, unless registration is required
  admin,
};
enum Where : unsigned { service = 1, room = 2, person = 4 };

struct Row {
  const char* name;
  const char* title;
  const char* usage;
  const char* group;
  Who who;
  unsigned where;
  Made (*make)(Opening);
};

constexpr const char* account = "Account";
constexpr const char* rooms = "Rooms";
constexpr const char* people = "People";
constexpr const char* admin = "Administration";
constexpr const char* admin_node = "http://jabber.org/protocol/admin#";  // XEP-0133

constexpr Row rows[] = {
    {"register", "Register, or change the account", "[nickname]", account, Who::may_register, service, make_register},
    {"unregister", "Remove the account", "[yes]", account, Who::registered, service, make_unregister},
    {"status", "Show how things are", "", account, Who::anybody, service, make_status},
    {"settings", "Change settings", "", account, Who::anybody, service, make_settings},
    {"nick", "Change the nickname", "nickname", account, Who::user, service, make_nick},
    {"reconnect", "Connect to the network anew", "", account, Who::user, service, make_reconnect},
    {"join", "Join a room", "#room [password]", rooms, Who::user, service | room, make_join},
    {"leave", "Leave a room", "#room", rooms, Who::user, service | room, make_leave},
    {"rooms", "List the rooms of the network", "[part of the name or topic]", rooms, Who::user, service, make_rooms},
    {"search", "Search for people", "name", people, Who::user, service, make_search},
    {"whois", "Show what is known about a person", "nickname", people, Who::user, service | person, make_whois},
    {"add", "Add a person to the contacts", "nickname", people, Who::user, service | person, make_add},
    {"block", "Block a person", "nickname", people, Who::user, service | person, make_block},
    {"unblock", "Unblock a person", "nickname", people, Who::user, service | person, make_unblock},
    {"contacts", "Ask for all contacts of the network to be in your list", "", people, Who::user, service,
     make_contacts},
    {"write", "Write to a person", "nickname text", people, Who::user, service | person, make_write},
    {"add-user", "Add a user", "address nickname", admin, Who::admin, service, make_add_user},
    {"delete-user", "Delete users", "addresses", admin, Who::admin, service, make_delete_user},
    {"disable-user", "Disable users", "addresses", admin, Who::admin, service, make_disable_user},
    {"reenable-user", "Re-enable users", "addresses", admin, Who::admin, service, make_reenable_user},
    {"end-user-session", "End the sessions of users", "addresses", admin, Who::admin, service, make_end_session},
    {"get-user-lastlogin", "Show the last login of a user", "address", admin, Who::admin, service, make_last_login},
    {"user-stats", "Show statistics of a user", "address", admin, Who::admin, service, make_user_stats},
    {"edit-blacklist", "Edit the blacklist", "", admin, Who::admin, service, make_edit_blacklist},
    {"edit-whitelist", "Edit the whitelist", "", admin, Who::admin, service, make_edit_whitelist},
    {"get-registered-users-num", "Number of registered users", "", admin, Who::admin, service, make_numbers},
    {"get-disabled-users-num", "Number of disabled users", "", admin, Who::admin, service, make_numbers},
    {"get-online-users-num", "Number of online users", "", admin, Who::admin, service, make_numbers},
    {"get-active-users-num", "Number of active users", "", admin, Who::admin, service, make_numbers},
    {"get-idle-users-num", "Number of idle users", "", admin, Who::admin, service, make_numbers},
    {"get-registered-users-list", "List of registered users", "[most]", admin, Who::admin, service, make_lists},
    {"get-disabled-users-list", "List of disabled users", "[most]", admin, Who::admin, service, make_lists},
    {"get-online-users-list", "List of online users", "[most]", admin, Who::admin, service, make_lists},
    {"get-active-users-list", "List of active users", "[most]", admin, Who::admin, service, make_lists},
    {"get-idle-users-list", "List of idle users", "[most]", admin, Who::admin, service, make_lists},
    {"announce", "Send an announcement", "", admin, Who::admin, service, make_announce},
    {"set-motd", "Set the message of the day", "text", admin, Who::admin, service, make_set_motd},
    {"edit-motd", "Edit the message of the day", "text", admin, Who::admin, service, make_edit_motd},
    {"delete-motd", "Delete the message of the day", "", admin, Who::admin, service, make_delete_motd},
    {"set-welcome", "Set the welcome message", "text", admin, Who::admin, service, make_set_welcome},
    {"delete-welcome", "Delete the welcome message", "", admin, Who::admin, service, make_delete_welcome},
    {"edit-admin", "Show the administrators", "", admin, Who::admin, service, make_edit_admin},
    {"restart", "Restart the service", "[seconds]", admin, Who::admin, service, make_restart},
    {"shutdown", "Shut down the service", "[seconds]", admin, Who::admin, service, make_shutdown},
};

struct Asker {
  bool registered;
  bool admin;
};

std::string refusal_for(const Context& context, Who who, const Asker& asker) {
  using Registration = Policy::Registration;
  switch (who) {
    case Who::anybody:
      return {};
    case Who::may_register:
      if (asker.registered || context.policy.registration != Registration::closed) return {};
      return "Registration is closed here; the operator makes accounts.";
    case Who::registered:
      return asker.registered ? std::string{} : "You are not registered here.";
    case Who::user:
      if (asker.registered || context.policy.registration != Registration::required) return {};
      return "Register first: write \"register\", or use the form.";
    case Who::admin:
      return asker.admin ? std::string{} : "This is for administrators of the gateway.";
  }
  return {};
}

Who who_of(chat::DialogOffer::Audience audience) {
  switch (audience) {
    case chat::DialogOffer::Audience::anybody:
      return Who::anybody;
    case chat::DialogOffer::Audience::registered:
      return Who::registered;
    case chat::DialogOffer::Audience::admin:
      return Who::admin;
  }
  return Who::admin;
}

unsigned where_of(const dialogs::Place& place) {
  if (!place.person.empty()) return person;
  return place.room.empty() ? service : room;
}

}  // namespace

dialogs::ShowsForms Table::shows_forms(const xmpp::Jid& client) const {
  const ClientFeatures& features = desk_.context.features;
  if (features.has(client.str(), xmpp::ns::data_form)) return dialogs::ShowsForms::yes;
  return features.lacks(client.str(), xmpp::ns::data_form) ? dialogs::ShowsForms::no : dialogs::ShowsForms::unknown;
}

std::vector<dialogs::Offer> Table::offers(const xmpp::Jid& who, const dialogs::Place& place) const {
  const Context& context = desk_.context;
  User* known = context.find(who.bare_view());
  // Only of somebody whose network has told contacts that no roster has taken.
  const bool has_contacts = known != nullptr && known->roster() != nullptr && !known->roster()->missing().empty();
  const Asker asker{known != nullptr && known->registered(), is_admin(context.policy, who)};
  const bool has_rooms = context.network.describe().rooms;
  std::vector<dialogs::Offer> all;
  for (const Row& row : rows) {
    if ((row.where & where_of(place)) == 0 || (row.group == rooms && !has_rooms)) continue;
    if (row.make == make_contacts && !has_contacts) continue;
    const std::string node = (row.who == Who::admin ? admin_node : "") + std::string{row.name};
    all.push_back({node, row.name, row.title, row.usage, row.group, refusal_for(context, row.who, asker)});
  }
  if (!place.is_service()) return all;
  for (const chat::DialogOffer& offer : context.network.dialogs()) {
    all.push_back({offer.name,
                   offer.name,
                   offer.title,
                   {},
                   context.network.describe().name,
                   refusal_for(context, who_of(offer.audience), asker)});
  }
  return all;
}

std::unique_ptr<chat::Dialog> Table::open(const dialogs::Offer& offer, const xmpp::Jid& asker,
                                          const dialogs::Place& place, chat::Dialog::Show show) {
  for (const Row& row : rows) {
    if (row.name == offer.name) return row.make({desk_, offer.name, asker, place, std::move(show)});
  }
  const User* known = desk_.context.find(asker.bare_view());
  chat::Account theirs;
  theirs.owner = asker.bare_view();
  if (known != nullptr) theirs = known->account();
  return desk_.context.network.open_dialog(offer.name, theirs, std::move(show));
}

}  // namespace dragoman::gateway::commands
