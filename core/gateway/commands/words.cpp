#include "gateway/commands/words.hpp"

#include <algorithm>

namespace dragoman::gateway::commands {

namespace {

using Kind = chat::Field::Kind;

const std::vector<Word>& table() {
  static const std::vector<Word> all{
      {"status", "How the gateway is", {}, say_network_status, say_program_status, "overview"},
      {"spool list",
       "Messages that wait or are held",
       {{"owner", "Only those of this person, e.g. juliet@example.org"}},
       list_spool,
       nullptr,
       "spool-list"},
      {"spool release",
       "Try held messages again",
       {{"what", "The number of a message, or the person whose held messages are all meant", true}},
       release_from_spool,
       nullptr,
       "spool-release"},
      {"spool return",
       "Give messages back to who sent them",
       {{"what", "The number of a message, or the person whose held messages are all meant", true}},
       return_from_spool,
       nullptr,
       "spool-return"},
      {"user list",
       "People whom the gateway knows",
       {{"part", "Only those whose address has this in it"}},
       list_users,
       nullptr,
       {},
       "get-registered-users-list"},
      {"user show",
       "How one person is",
       {{"jid", "The person, e.g. juliet@example.org", true}},
       show_user,
       nullptr,
       {},
       "user-stats"},
      {"user disconnect",
       "End what a person does here; they may come again",
       {{"jid", "The person, e.g. juliet@example.org", true}, {"reason", "What they are told", false, true}},
       disconnect_user,
       nullptr,
       {},
       "end-user-session"},
      {"user delete",
       "Delete the account of a person and all that belongs to it",
       {{"jid", "The person, e.g. juliet@example.org", true}},
       delete_user,
       nullptr,
       {},
       "delete-user"},
      {"user quota",
       "How much one person may have or do",
       {{"jid", "The person, e.g. juliet@example.org", true},
        {"quota", "Which one, e.g. rooms; all are shown without"},
        {"value", "A number, or \"default\" for that of the configuration"}},
       change_quota,
       nullptr,
       "user-quota"},
      {"room list",
       "Rooms that people are in",
       {{"part", "Only those whose address has this in it"}},
       list_rooms,
       nullptr,
       "room-list"},
      {"room show",
       "Who is in a room",
       {{"room", "Its address, e.g. #tea@irc.example.org", true}},
       show_room,
       nullptr,
       "room-show"},
      {"ban add",
       "Ban a person or a domain",
       {{"jid", "The person or domain, e.g. mallory@example.org", true, false, Kind::address},
        {"for", "How long, e.g. 2d or 12h; without: for good", false, true},
        {"reason", "Why; they are told", false, true}},
       add_ban,
       nullptr,
       "ban-add"},
      {"ban remove",
       "End a ban",
       {{"jid", "The person or domain", true, false, Kind::address}},
       remove_ban,
       nullptr,
       "ban-remove"},
      {"ban list", "Who is banned, until when and why", {}, list_bans, nullptr, "ban-list"},
      {"invite add",
       "Make a code with which somebody may register",
       {{"uses", "For how many accounts it is good; without: one"},
        {"for", "How long, e.g. 7d or 12h; without: until it is used", false, true},
        {"note", "Whom it is for; only shown here", false, true}},
       add_invite,
       nullptr,
       "invite-add"},
      {"invite remove",
       "Take a code back",
       {{"name", "The name of the code, as invite list shows it", true}},
       remove_invite,
       nullptr,
       "invite-remove"},
      {"invite list", "Codes with which people may register", {}, list_invites, nullptr, "invite-list"},
      {"bridge list", "Bridges, and how each of their rooms is", {}, nullptr, list_bridges, "bridge-list"},
      {"bridge add",
       "Make a bridge, or add rooms to one that was made so",
       {{"bridge", "The name of the bridge, e.g. dev", true},
        {"rooms", "Addresses of rooms, e.g. #dev@irc.example.org dev@conference.example.org", true, false, Kind::lines},
        {"nick", "What the bot is called in these rooms; without: as the bridge", false, true},
        {"via", "The gateway whose address enters XMPP rooms elsewhere, e.g. irc.example.org", false, true}},
       nullptr,
       make_bridge,
       "bridge-add"},
      {"bridge remove",
       "Remove a bridge that was made with bridge add, or a room of it",
       {{"bridge", "The name of the bridge, e.g. dev", true}, {"room", "Only this room, e.g. #dev@irc.example.org"}},
       nullptr,
       remove_bridge,
       "bridge-remove"},
      {"bridge pause",
       "Tell the other rooms nothing any more",
       {{"bridge", "The name of the bridge, e.g. dev", true}},
       nullptr,
       pause_bridge,
       "bridge-pause"},
      {"bridge resume",
       "Go on with a bridge, and go again into rooms that it could not enter",
       {{"bridge", "The name of the bridge, e.g. dev", true}},
       nullptr,
       resume_bridge,
       "bridge-resume"},
      {"bridge explain",
       "What would become of a text in the other rooms",
       {{"bridge", "The name of the bridge, e.g. dev", true},
        {"room", "Where it is said, e.g. #dev@irc.example.org", true},
        {"nick", "Who says it", true},
        {"text", "What is said", true}},
       nullptr,
       explain_bridge,
       "bridge-explain"},
      {"log-level",
       "How much is logged",
       {{"level", "error, warn, info, debug or trace; without: how it is"},
        {"for", "How long, e.g. 5m; without: until it is changed again", false, true}},
       nullptr,
       change_log_level,
       "log-level"},
      {"debug",
       "Log everything about one person for a while",
       {{"jid", "The person, e.g. juliet@example.org; without: who is watched"},
        {"for", "How long, e.g. 5m, which it is without; off ends it"}},
       nullptr,
       debug_person,
       "debug"},
  };
  return all;
}

}  // namespace

std::span<const Word> all_words() { return table(); }

const Word* find_word(std::string_view name) {
  const auto found =
      std::find_if(table().begin(), table().end(), [name](const Word& each) { return each.name == name; });
  return found == table().end() ? nullptr : &*found;
}

Result<void> check_arguments(const Word& word, const chat::Fields& arguments) {
  for (const auto& [name, values] : arguments.all()) {
    const auto known = [&name = name](const Word::Parameter& each) { return each.name == name; };
    if (std::none_of(word.parameters.begin(), word.parameters.end(), known)) {
      return failure(Fault::unacceptable, '"' + word.name + "\" has nothing that is called \"" + name + "\".");
    }
  }
  for (const Word::Parameter& parameter : word.parameters) {
    if (parameter.required && arguments.get(parameter.name).empty()) {
      return failure(Fault::unacceptable,
                     '"' + word.name + "\" needs \"" + parameter.name + "\": " + parameter.description + '.');
    }
  }
  return {};
}

}  // namespace dragoman::gateway::commands
