#include "gateway/commands/table.hpp"

#include "gateway/access.hpp"
#include "gateway/client_features.hpp"
#include "gateway/commands/makers.hpp"
#include "gateway/commands/operator_word.hpp"
#include "gateway/own_names.hpp"
#include "gateway/registrations.hpp"
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
enum Where : unsigned { at_service = 1, at_room = 2, at_person = 4, at_part = 8 };

struct Row {
  const char* name;
  const char* title;
  const char* usage;
  const char* group;
  Who who;
  unsigned where;
  Made (*make)(Opening);
};

constexpr const char* about_account = "Account";
constexpr const char* about_rooms = "Rooms";
constexpr const char* about_people = "People";
constexpr const char* about_admin = "Administration";
constexpr const char* admin_node = "http://jabber.org/protocol/admin#";  // XEP-0133

constexpr Row rows[] = {
    {"register", "Register, or change the account", "[nickname]", about_account, Who::may_register, at_service,
     make_register},
    {"invitation", "Redeem an invitation code", "code", about_account, Who::may_register, at_service, make_invitation},
    {"unregister", "Remove the account", "[yes]", about_account, Who::registered, at_service, make_unregister},
    {"status", "Show how things are", "", about_account, Who::anybody, at_service, make_status},
    {"settings", "Change settings", "", about_account, Who::anybody, at_service, make_settings},
    {"nick", "Change the nickname", "nickname", about_account, Who::user, at_service | at_part, make_nick},
    {"own-name", "Choose the name beside the nickname", "[name]", about_account, Who::registered, at_service | at_part,
     make_own_name},
    {"reconnect", "Connect to the network anew", "", about_account, Who::user, at_service | at_part, make_reconnect},
    {"configure", "Configure", "", about_account, Who::user, at_service | at_part | at_room, make_configure},
    {"disconnect-from-irc-server", "Disconnect from a server", "", about_account, Who::user, at_service | at_part,
     make_disconnect_server},
    {"get-irc-connection-info", "Show the connections", "", about_account, Who::user, at_service | at_part,
     make_connection_info},
    {"join", "Join a room", "#room [password]", about_rooms, Who::user, at_service | at_room, make_join},
    {"leave", "Leave a room", "#room", about_rooms, Who::user, at_service | at_room, make_leave},
    {"stay", "Stay in rooms while you are offline", "", about_rooms, Who::registered, at_service, make_stay},
    {"rooms", "List the rooms of the network", "[part of the name or topic]", about_rooms, Who::user,
     at_service | at_part, make_rooms},
    {"link", "Tie two rooms together", "room room", about_rooms, Who::user, at_service | at_room, make_link},
    {"unlink", "Take a room out of its bridge", "room", about_rooms, Who::user, at_service | at_room, make_unlink},
    {"search", "Search for people", "name", about_people, Who::user, at_service | at_part, make_search},
    {"whois", "Show what is known about a person", "nickname", about_people, Who::user, at_service | at_person,
     make_whois},
    {"add", "Add a person to the contacts", "nickname", about_people, Who::user, at_service | at_person, make_add},
    {"block", "Block a person", "nickname", about_people, Who::user, at_service | at_person, make_block},
    {"unblock", "Unblock a person", "nickname", about_people, Who::user, at_service | at_person, make_unblock},
    {"contacts", "Ask for all contacts of the network to be in your list", "", about_people, Who::user, at_service,
     make_contacts},
    {"write", "Write to a person", "nickname text", about_people, Who::user, at_service | at_person, make_write},
    {"raw", "Say a command of the network itself", "command", about_account, Who::user, at_service | at_part, make_raw},
    {"add-user", "Add a user", "address nickname", about_admin, Who::admin, at_service, make_add_user},
    {"delete-user", "Delete users", "addresses", about_admin, Who::admin, at_service, make_delete_user},
    {"disable-user", "Disable users", "addresses", about_admin, Who::admin, at_service, make_disable_user},
    {"reenable-user", "Re-enable users", "addresses", about_admin, Who::admin, at_service, make_reenable_user},
    {"end-user-session", "End the sessions of users", "addresses", about_admin, Who::admin, at_service,
     make_end_session},
    {"get-user-lastlogin", "Show the last login of a user", "address", about_admin, Who::admin, at_service,
     make_last_login},
    {"user-stats", "Show statistics of a user", "address", about_admin, Who::admin, at_service, make_user_stats},
    {"edit-blacklist", "Edit the blacklist", "", about_admin, Who::admin, at_service, make_edit_blacklist},
    {"edit-whitelist", "Edit the whitelist", "", about_admin, Who::admin, at_service, make_edit_whitelist},
    {"get-registered-users-num", "Number of registered users", "", about_admin, Who::admin, at_service, make_numbers},
    {"get-disabled-users-num", "Number of disabled users", "", about_admin, Who::admin, at_service, make_numbers},
    {"get-online-users-num", "Number of online users", "", about_admin, Who::admin, at_service, make_numbers},
    {"get-active-users-num", "Number of active users", "", about_admin, Who::admin, at_service, make_numbers},
    {"get-idle-users-num", "Number of idle users", "", about_admin, Who::admin, at_service, make_numbers},
    {"get-registered-users-list", "List of registered users", "[most]", about_admin, Who::admin, at_service,
     make_lists},
    {"get-disabled-users-list", "List of disabled users", "[most]", about_admin, Who::admin, at_service, make_lists},
    {"get-online-users-list", "List of online users", "[most]", about_admin, Who::admin, at_service, make_lists},
    {"get-active-users-list", "List of active users", "[most]", about_admin, Who::admin, at_service, make_lists},
    {"get-idle-users-list", "List of idle users", "[most]", about_admin, Who::admin, at_service, make_lists},
    {"disconnect-user", "Disconnect people", "", about_admin, Who::admin, at_service, make_disconnect_user},
    {"announce", "Send an announcement", "", about_admin, Who::admin, at_service, make_announce},
    {"set-motd", "Set the message of the day", "text", about_admin, Who::admin, at_service, make_set_motd},
    {"edit-motd", "Edit the message of the day", "text", about_admin, Who::admin, at_service, make_edit_motd},
    {"delete-motd", "Delete the message of the day", "", about_admin, Who::admin, at_service, make_delete_motd},
    {"set-welcome", "Set the welcome message", "text", about_admin, Who::admin, at_service, make_set_welcome},
    {"delete-welcome", "Delete the welcome message", "", about_admin, Who::admin, at_service, make_delete_welcome},
    {"edit-admin", "Show the administrators", "", about_admin, Who::admin, at_service, make_edit_admin},
    {"web", "Open the status page", "", about_admin, Who::admin, at_service, make_web},
    {"restart", "Restart the service", "[seconds]", about_admin, Who::admin, at_service, make_restart},
    {"shutdown", "Shut down the service", "[seconds]", about_admin, Who::admin, at_service, make_shutdown},
};

struct Asker {
  bool registered;
  bool admin;
  bool needs_code;  ///< to register, and has given none
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
      if (asker.registered || !context.policy.needs_account()) return {};
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
    case chat::DialogOffer::Audience::registering:
      return Who::may_register;
    case chat::DialogOffer::Audience::registered:
      return Who::registered;
    case chat::DialogOffer::Audience::admin:
      return Who::admin;
  }
  return Who::admin;
}

/// Of a dialog of the network: one that makes an account has no question for an invitation code.
std::string refusal_for(const Context& context, const chat::DialogOffer& offer, const Asker& asker) {
  if (offer.audience == chat::DialogOffer::Audience::registering && asker.needs_code) {
    return "You need an invitation code: write \"invitation CODE\" first, with the one that the operator gave you.";
  }
  return refusal_for(context, who_of(offer.audience), asker);
}

unsigned where_of(const dialogs::Place& place) {
  if (!place.person.empty()) return at_person;
  if (!place.part.empty()) return at_part;
  return place.room.empty() ? at_service : at_room;
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
  const bool has_contacts = known != nullptr && known->subscriptions().roster() != nullptr &&
                            !known->subscriptions().roster()->missing().empty();
  const Asker asker{known != nullptr && known->registered(), is_admin(context.policy, who),
                    context.registrations.needs_code(who)};
  const bool has_rooms = context.network.describe().rooms;
  std::vector<dialogs::Offer> all;
  for (const Row& row : rows) {
    if ((row.where & where_of(place)) == 0 || (row.group == about_rooms && !has_rooms)) continue;
    if (row.make == make_contacts && !has_contacts) continue;
    if (row.make == make_invitation && !asker.needs_code) continue;
    if (row.make == make_raw && !context.network.describe().capabilities.has(chat::Feature::raw)) continue;
    if (row.make == make_own_name && !context.own_names.supported()) continue;
    if ((row.make == make_link || row.make == make_unlink) && context.bridges == nullptr) continue;
    if (row.make == make_web && !context.page_link) continue;
    if ((row.make == make_disconnect_server || row.make == make_connection_info || row.make == make_configure) &&
        !has_rooms) {
      continue;  // they are about networks of the kind of IRC
    }
    const bool of_protocol = row.who == Who::admin && row.make != make_disconnect_user;  // the latter is biboumi's
    const std::string node = (of_protocol ? admin_node : "") + std::string{row.name};
    const bool asks_for_code = row.make == make_register && asker.needs_code;
    all.push_back({node, row.name, row.title, asks_for_code ? "code [nickname]" : row.usage, row.group,
                   refusal_for(context, row.who, asker), place.person.empty()});
  }
  for (const Word& word : all_words()) {
    if (word.asked_as.empty() || !place.is_service()) continue;
    all.push_back({word.asked_as, word.asked_as, word.title, usage_of(word), about_admin,
                   refusal_for(context, Who::admin, asker)});
  }
  for (const chat::DialogOffer& offer : context.network.dialogs()) {
    if (where_of(place) != (offer.of_part ? at_part : at_service)) continue;
    all.push_back(
        {offer.name, offer.name, offer.title, {}, context.network.describe().name, refusal_for(context, offer, asker)});
  }
  if (place.person.empty()) return all;
  for (const chat::DialogOffer& offer : context.network.dialogs_about(place.person, account_of(who))) {
    all.push_back(
        {offer.name, offer.name, offer.title, {}, context.network.describe().name, refusal_for(context, offer, asker)});
  }
  return all;
}

chat::Account Table::account_of(const xmpp::Jid& asker) const {
  const User* known = desk_.context.find(asker.bare_view());
  if (known != nullptr) return known->account();
  chat::Account theirs;
  theirs.owner = asker.bare_view();
  return theirs;
}

std::unique_ptr<chat::Dialog> Table::open(const dialogs::Offer& offer, const xmpp::Jid& asker,
                                          const dialogs::Place& place, chat::Dialog::Show show) {
  for (const Row& row : rows) {
    if (row.name == offer.name) return row.make({desk_, offer.name, asker, place, std::move(show)});
  }
  for (const Word& word : all_words()) {
    if (word.asked_as == offer.name)
      return make_operator_word({desk_, offer.name, asker, place, std::move(show)}, word);
  }
  chat::Account theirs = account_of(asker);
  theirs.part = place.part;
  if (!place.person.empty()) {
    return desk_.context.network.open_dialog_about(place.person, offer.name, theirs, std::move(show));
  }
  return desk_.context.network.open_dialog(
      offer.name, theirs,
      [this, asker, show = std::move(show)](const chat::Step& step) { show(registered_by(asker, step)); });
}

chat::Step Table::registered_by(const xmpp::Jid& asker, const chat::Step& step) {
  const auto* finished = std::get_if<chat::Finished>(&step);
  if (finished == nullptr || !finished->account) return step;
  auto kept = desk_.context.registrations.keep(asker, *finished->account);
  if (!kept) return chat::Finished{kept.error().text, {}, true};
  desk_.context.registrations.take_effect(asker, std::move(*kept));
  return step;
}

}  // namespace dragoman::gateway::commands
