#include "bridge/speaker_account.hpp"

namespace dragoman::bridge {

namespace {

chat::Account as_occupant(const std::string& bridge, const Persona& who, std::optional<Timestamp> said_since) {
  chat::Account account;
  account.owner = bridge;
  // Who has no address of their own shares the bot's.
  account.settings.set("voice", who.local.empty() ? "bridge-" + bridge : who.local);
  if (said_since) account.settings.set("doubts_since", std::to_string(said_since->time_since_epoch().count()));
  return account;
}

chat::Account as_connection(const std::string& bridge, const LegPlan& leg, const Persona& who,
                            const chat::Network& network) {
  chat::Account account;
  account.owner = bridge + ' ' + place_of(leg) + ' ' + who.place + ' ' + who.user;
  account.part = network.part_of(leg.room);
  account.settings.set("realname", who.nick + ", from " + who.origin + " through a bridge");
  if (!leg.puppets.suffix.empty()) account.settings.set("nick_suffix", leg.puppets.suffix);
  return account;
}

/// The room of a place: "irc.example.org dev@muc.test" -> "dev@muc.test".
std::string room_in(const std::string& place) {
  const std::size_t space = place.find(' ');
  return space == std::string::npos ? place : place.substr(space + 1);
}

chat::Account as_voice(const std::string& bridge, const Persona& who) {
  chat::Account account;
  account.owner = bridge;
  if (!who.local.empty()) {
    account.settings.set("voice", who.domain + '/' + who.local);
    return account;
  }
  // Somebody in an XMPP room: by what stays theirs, never by the nickname alone, which anybody may take.
  account.settings.set("voice", room_in(who.place) + '/' + (who.identity.empty() ? who.user : who.identity));
  account.settings.set("hidden", std::string{"true"});
  return account;
}

}  // namespace

chat::Account account_of(const std::string& bridge, const LegPlan& leg, const Persona& who,
                         const chat::Network& network, std::optional<Timestamp> said_since) {
  const bool voice = !leg.is_xmpp && network.lends_voices();
  chat::Account account = leg.connects ? as_connection(bridge, leg, who, network)
                          : voice      ? as_voice(bridge, who)
                                       : as_occupant(bridge, who, said_since);
  account.nickname = who.nick;
  account.registered = true;
  account.is_bridge = true;
  account.settings.set("deaf", std::string{"true"});
  return account;
}

bool is_for_the_person(const chat::Network& network, const chat::MessageReceived& message) {
  return message.content.kind != chat::Content::Kind::notice && !message.author.person.empty() &&
         !network.keeps_nothing_of(message.author.person);
}

}  // namespace dragoman::bridge
